using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>Maps the HTTP functions under the route prefix.</summary>
internal static class HttpFunctions
{
    public static void MapFunctions(this WebApplication app, IEnumerable<Function> functions, HostSettings settings, FunctionKey? key)
    {
        foreach (var function in functions)
        {
            if (function.Trigger is not FunctionTrigger.Http trigger)
                continue;

            var route = $"/{settings.RoutePrefix}/{trigger.Route}".Replace("//", "/", StringComparison.Ordinal);
            Task HandleAsync(HttpContext context) => RunAsync(context, function, trigger, key);
            if (trigger.Methods.Count == 0)
                app.Map(route, HandleAsync);
            else
                app.MapMethods(route, trigger.Methods, HandleAsync);
        }

        // Handles every request that no function handles, the wrong method included: like the Functions host, with 404 and not 405.
        app.MapFallback("{**path}", context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    private static async Task RunAsync(HttpContext context, Function function, FunctionTrigger.Http trigger, FunctionKey? key)
    {
        if (key is not null && trigger.Level is not AuthorizationLevel.Anonymous && !key.IsGivenBy(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var log = context.RequestServices.GetRequiredService<ILogger<FunctionInvoker>>();
        try
        {
            var invoker = context.RequestServices.GetRequiredService<FunctionInvoker>();
            var result = await invoker.InvokeAsync(function, context.Request, context.Request.RouteValues, context.RequestAborted);
            if (result is IResult executable)
                await executable.ExecuteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.CallerLeft(log, function.Name);
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = refused.StatusCode;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // The Functions host answers an unhandled exception with an empty body.
            Log.FunctionFailed(log, function.Name, exception);
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }
}
