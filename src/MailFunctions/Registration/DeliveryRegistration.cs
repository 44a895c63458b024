using MailFunctions.Delivery;
using MailFunctions.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class DeliveryRegistration
{
    public static void AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        services.AddSingleton(provider => LifetimesOf(provider.GetRequiredService<IOptions<DeliveryOptions>>().Value));
        services.AddSingleton<RetrySchedule>();
        services.AddSingleton<Judgement>();
        services.AddSingleton<Endings>();
        services.AddSingleton<Faults>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<Corrections>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<Suppressor>();
        services.AddSingleton<Waiting>();
        services.AddSingleton<Pacing>();
        services.AddSingleton<ClaimReturn>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<WindowSender>();
        services.AddSingleton<DeliveryWindow>();
        services.AddStage<Deliverer>();
        services.AddSingleton(PoisonTimes.Default);
        services.AddSingleton<PoisonLineage>();
        services.AddStage<PoisonRecorder>();
        services.AddSingleton<PromptDelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<PromptDelivery>());
    }

    private static LaneLifetimes LifetimesOf(DeliveryOptions options) => new(options.Transactional.Window, options.Bulk.Window);
}
