using MailFunctions.LocalHost.Timers;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>POST /admin/functions/{name} runs a timer's function once, as on the Functions host: answered with 202, then run.</summary>
internal static class TimerRuns
{
    public static void MapTimerRuns(this WebApplication app, FunctionKey? key) =>
        app.MapPost("/admin/functions/{name}", (string name, HttpRequest request) =>
        {
            if (key is not null && !key.IsGivenBy(request))
                return Results.StatusCode(StatusCodes.Status401Unauthorized);

            var timer = app.Services.GetServices<IHostedService>().OfType<TimerListener>()
                .FirstOrDefault(timer => timer.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (timer is null)
                return Results.StatusCode(StatusCodes.Status404NotFound);

            _ = timer.RunOnceAsync(app.Lifetime.ApplicationStopping);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        });
}
