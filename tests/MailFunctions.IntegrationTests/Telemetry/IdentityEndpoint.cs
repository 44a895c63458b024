using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>Gives tokens as the managed identity of a function app does: by HTTP, to whoever knows the header.</summary>
internal sealed class IdentityEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;

    private IdentityEndpoint(string header, string token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(context => context.Request.Headers["X-IDENTITY-HEADER"] == header
            ? context.Response.WriteAsJsonAsync(new
            {
                access_token = token,
                expires_on = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(),
                resource = "https://outlook.office365.com",
                token_type = "Bearer",
            })
            : Refuse(context));
        Settings = [("IDENTITY_HEADER", header)];
    }

    /// <summary>Environment variables that Azure sets where there is one.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; private set; }

    public static async Task<IdentityEndpoint> StartAsync(string header, string token, CancellationToken cancellationToken)
    {
        var endpoint = new IdentityEndpoint(header, token);
        await endpoint._app.StartAsync(cancellationToken);
        endpoint.Settings = [.. endpoint.Settings, ("IDENTITY_ENDPOINT", $"{endpoint._app.Urls.First()}/msi/token")];
        return endpoint;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
