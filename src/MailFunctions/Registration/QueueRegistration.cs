using MailFunctions.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class QueueRegistration
{
    public static void AddQueues(this IServiceCollection services)
    {
        services.AddSingleton<LaneQueues>();
        services.AddSingleton<ScheduledMessages>();
        services.AddSingleton<Dispatcher>();
    }
}
