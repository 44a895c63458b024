using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Smtp.Signing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class IntakeRegistration
{
    public static void AddIntake(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<IntakeOptions>().Configure(options => Bind(configuration, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IntakeOptions>, IntakeOptionsValidator>();
        services.AddSingleton<EmailRequest>();
        services.AddSingleton<BatchRequest>();
        services.AddSingleton<FileLoader>();
        services.AddSingleton(provider => new HeaderPolicy(provider.GetRequiredService<IOptions<IntakeOptions>>().Value.AllowedHeaders));
        services.AddSingleton(provider =>
            AllowedSenders.TryParse(
                provider.GetRequiredService<IOptions<IntakeOptions>>().Value.AllowedSenders, out var senders, out var faults, provider.GetRequiredService<SigningDomains>())
                ? senders
                : throw new OptionsValidationException(nameof(IntakeOptions), typeof(IntakeOptions), faults));
        services.AddSingleton<IdempotencyTable>();
        services.AddSingleton<IdempotencyGate>();
        services.AddSingleton<AcceptanceWriter>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<Acceptance>();
        services.AddSingleton<EarlierTry>();
    }

    private static void Bind(IConfiguration configuration, IntakeOptions options)
    {
        foreach (var entry in AddressList.EntriesOf(configuration.GetSection(IntakeOptions.AllowedSendersSetting)))
            options.AllowedSenders.Add(entry);
        foreach (var entry in AddressList.EntriesOf(configuration.GetSection(IntakeOptions.AllowedHeadersSetting)))
        {
            foreach (var header in entry.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                options.AllowedHeaders.Add(header);
        }
    }
}
