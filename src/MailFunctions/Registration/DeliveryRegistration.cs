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
        services.AddSingleton<OutcomeRules>();
        services.AddSingleton<RecipientFeedback>();
        services.AddSingleton<TerminalStates>();
        services.AddSingleton<WakeUps>();
        services.AddSingleton<ProcessingFailures>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<Corrections>();
        services.AddSingleton<OutcomeRecorder>();
        services.AddSingleton<PauseGate>();
        services.AddSingleton<Suppressor>();
        services.AddSingleton<Deferrals>();
        services.AddSingleton<Pacing>();
        services.AddSingleton<Claims>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<GroupSender>();
        services.AddSingleton<LargeMails>();
        services.AddSingleton<MailLoader>();
        services.AddSingleton<ClaimGroup>();
        services.AddStage<Deliverer>();
        services.AddSingleton(PoisonTimes.Default);
        services.AddSingleton<PoisonLineage>();
        services.AddStage<PoisonRecorder>();
        services.AddSingleton<InlineDelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<InlineDelivery>());
    }

    private static LaneLifetimes LifetimesOf(DeliveryOptions options) => new(options.Transactional.Lifetime, options.Bulk.Lifetime);
}
