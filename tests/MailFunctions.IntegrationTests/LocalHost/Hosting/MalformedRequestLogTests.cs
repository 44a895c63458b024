using MailFunctions.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

/// <summary>What the server logs of requests that it cannot read, at the most talkative level.</summary>
public sealed class MalformedRequestLogTests
{
    private const string Word = "pl4nted";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_quotes_no_part_of_a_malformed_request()
    {
        await using var host = await RunningFunctions.StartAsync([typeof(Emails)], services => services
            .AddLogging(logging => logging.AddFilter<LogLines>(null, LogLevel.Trace).AddFilter<LogLines>("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Trace)));

        foreach (var request in MalformedRequests.Of(Word))
            await RawHttp.SendAsync(host.Client.BaseAddress!.Port, request, Cancel);
        await host.StopAsync();

        Assert.Contains(host.Log.All, line => line.Text.StartsWith("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal));
        Assert.Equal("", string.Join('\n', host.Log.All.Select(line => line.Text).Where(text => text.Contains(Word, StringComparison.OrdinalIgnoreCase))));
    }

    // Triggers are instance methods.
#pragma warning disable CA1822
    internal sealed class Emails
    {
        [Function("Emails")]
        public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails")] HttpRequest request)
        {
            await request.Body.CopyToAsync(Stream.Null, request.HttpContext.RequestAborted);
            return Results.Ok();
        }
    }
}
