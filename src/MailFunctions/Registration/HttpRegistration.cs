using MailFunctions.Http;
using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class HttpRegistration
{
    public static void AddHttp(this IServiceCollection services)
    {
        services.AddSingleton(RequestMemory.OfProcess(RequestLimits.BodyBytes));
        services.AddStage<HttpEdge>();
        services.KeepFrameworkLinesAtWarning();
        services.KeepRequestLinesOutOfLogs();
        // Kestrel, also within the Functions worker, limits a body to 30 MB, less than one mail may have. Intake bounds bodies itself.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    }
}
