using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.TestPeers.Otlp;

/// <summary>Takes what is exported by OTLP over HTTP with protobuf, on 127.0.0.1, and keeps it.</summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Journal<byte[]> _requests = new();

    private OtlpCollector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    public Journal<OtlpSpan> Spans { get; } = new();

    /// <summary>Points as they were exported, the same ones again and again.</summary>
    public Journal<OtlpPoint> Points { get; } = new();

    public Journal<OtlpLog> Logs { get; } = new();

    /// <summary>All that was received, readable where it is text: protobuf has text as it is.</summary>
    public string Everything => string.Join('\n', _requests.Select(Encoding.UTF8.GetString));

    /// <summary>The settings that make a process export to it, and quickly.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.First(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
    };

    public static async Task<OtlpCollector> StartAsync(CancellationToken cancellationToken)
    {
        var collector = new OtlpCollector();
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = body.ToArray();
        _requests.Append(request);
        switch (context.Request.Path.Value)
        {
            case "/v1/traces":
                AppendAll(Spans, OtlpReader.Spans(request));
                break;
            case "/v1/metrics":
                AppendAll(Points, OtlpReader.Points(request));
                break;
            case "/v1/logs":
                AppendAll(Logs, OtlpReader.Logs(request));
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }

        // An empty answer is an empty message: everything was taken.
        context.Response.ContentType = "application/x-protobuf";
    }

    private static void AppendAll<T>(Journal<T> journal, IEnumerable<T> entries)
    {
        foreach (var entry in entries)
            journal.Append(entry);
    }
}
