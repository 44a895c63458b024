using MailFunctions.Changes;
using MailFunctions.Delivery;
using MailFunctions.Erasure;
using MailFunctions.Http;
using MailFunctions.Idempotency;
using MailFunctions.Intake;
using MailFunctions.Ledger;
using MailFunctions.Prompt;
using MailFunctions.Queue;
using MailFunctions.Rates;
using MailFunctions.Reading;
using MailFunctions.Reference;
using MailFunctions.Requests;
using MailFunctions.Resend;
using MailFunctions.Resolution;
using MailFunctions.Retention;
using MailFunctions.Sandbox;
using MailFunctions.Schedule;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.SuppressionApi;
using MailFunctions.Telemetry;
using MailFunctions.TemplateApi;
using MailFunctions.Timers;
using MailFunctions.Trust;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions;

public static class ServiceRegistration
{
    /// <summary>
    /// Registers the whole pipeline. Options are read from <paramref name="configuration"/> and validated when the host
    /// starts: a bad value stops the start with its name and what it takes.
    /// </summary>
    public static IServiceCollection AddMailFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTelemetry();
        services.AddStorage(configuration);
        services.AddRequestReading(configuration);
        services.AddSandbox(configuration);
        services.AddDelivery(configuration);
        services.AddSuppressions();
        services.AddStatistics();
        services.AddTemplates();
        services.AddRetention(configuration);
        services.AddTimers();
        services.AddErasure();

        services.AddSingleton(RequestMemory.OfProcess(RequestLimits.BodyBytes));
        services.AddSingleton(provider => new HttpEdge(provider.GetRequiredService<RequestMemory>(), provider.GetRequiredService<ILogger<HttpEdge>>()));
        services.AddSingleton<ApiReference>();
        services.KeepFrameworkLinesAtWarning();
        services.KeepRequestLinesOutOfLogs();
        // Kestrel, also the one in the Functions worker, stops at 30 MB: less than one mail may have. The intake counts what it reads.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        services.AddSingleton<Callers>();
        services.AddSingleton<IdempotencyTable>();
        services.AddSingleton<IdempotencyDoor>();
        services.AddSingleton<AcceptanceWriter>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<Acceptance>();
        services.AddSingleton<EarlierTry>();
        services.AddSingleton<Reception>();
        services.AddPromptDelivery();
        services.AddSingleton(provider => new EmailIntake(
            provider.GetRequiredService<EmailRequest>(),
            provider.GetRequiredService<BatchRequest>(),
            provider.GetRequiredService<Acceptance>(),
            provider.GetRequiredService<Reception>(),
            provider.GetRequiredService<Callers>(),
            provider.GetRequiredService<PromptDelivery>(),
            provider.GetRequiredService<PromptAnswers>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmailIntake>>()));
        services.AddSingleton(provider => new EmailReader(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<EventLog>()));
        services.AddSingleton<RelayOutlook>();
        services.AddSingleton(provider => new EmailExplainer(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<StorageClients>(),
            provider.GetRequiredService<RelayOutlook>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BatchReader(
            provider.GetRequiredService<BatchIndex>(),
            provider.GetRequiredService<EmailLedger>()));
        services.AddSingleton<HeldList>();
        services.AddSingleton<LedgerWalk>();
        services.AddSingleton<LedgerList>();
        services.AddSingleton(provider => new EmailLister(
            provider.GetRequiredService<HeldList>(),
            provider.GetRequiredService<LedgerList>()));
        services.AddSingleton(provider => new EmailCanceler(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<BatchIndex>(),
            provider.GetRequiredService<Endings>()));
        services.AddSingleton(provider => new EmailRescheduler(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<LaterMail>(),
            provider.GetRequiredService<RetrySchedule>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmailRescheduler>>()));
        services.AddResendDoor();
        services.AddSingleton<Requeuer>();
        services.AddSingleton(provider => new Resolver(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<Requeuer>(),
            provider.GetRequiredService<Endings>()));
        services.AddSingleton(provider => new HeldResolver(
            provider.GetRequiredService<HeldList>(),
            provider.GetRequiredService<LedgerList>(),
            provider.GetRequiredService<Resolver>(),
            provider.GetRequiredService<Requeuer>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HeldResolver>>()));
        services.AddSingleton(provider => new DeadLetterReader(provider.GetRequiredService<DeadLetters>()));
        services.AddSingleton(provider => new HealthReader(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<StorageClients>(),
            provider.GetRequiredService<StorageClock>()));
        return services;
    }

    /// <summary>What the pipeline tells of itself. Nobody hears it until an exporter listens.</summary>
    private static void AddTelemetry(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<MailTraces>();
        services.AddSingleton<MailMeters>();
        services.AddSingleton<SmtpTelemetry>();
        services.AddSingleton<Consumption>();
        services.AddSingleton<Levels>();
    }

    private static void AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>>(new StorageSettingValidator(configuration));
        services.AddSingleton(new StorageClock(TimeProvider.System));
        // Everything that asks for the time gets the one that all machines share.
        services.RemoveAll<TimeProvider>();
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<StorageClock>());
        services.AddSingleton(provider => new StorageClients(configuration, provider.GetRequiredService<StorageClock>()));
        services.AddHostedService<StorageSetup>();
        services.AddSingleton(provider => new Watermarks(provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable)));
        services.AddSingleton(provider => new DirtyMinutes(
            provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EmailLedger>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<LedgerRange>();
        services.AddSingleton<LedgerPartition>();
        services.AddSingleton<OpenPartitions>();
        services.AddSingleton<HeldIndex>();
        services.AddSingleton<HeldMails>();
        services.AddSingleton<BatchIndex>();
        services.AddOptions<AttachmentOptions>().Bind(configuration.GetSection(AttachmentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AttachmentOptions>, AttachmentOptionsValidator>();
        services.AddSingleton<KeptBytes>();
        services.AddSingleton<ReferencedFiles>();
        services.AddSingleton<ContentBlobs>();
        services.AddSingleton<ContentStore>();
        services.AddSingleton<LaneQueues>();
    }

    private static void AddSandbox(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(SandboxOptions.Section);
        services.AddOptions<SandboxOptions>().Configure(options => SandboxOptions.Bind(section, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SandboxOptions>>(new SandboxOptionsValidator(section));
        services.AddSingleton(SandboxTimes.Default);
        services.AddSingleton<SandboxRules>();
        services.AddSingleton<Simulator>();
    }

    private static void AddDelivery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RelaysOptions>().Bind(configuration.GetSection(RelaysOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RelaysOptions>, RelaysValidator>();
        services.AddOptions<DeliveryOptions>().Bind(configuration.GetSection(DeliveryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DeliveryOptions>, DeliveryOptionsValidator>();
        services.AddSingleton<TokenCredentialFactory>(TokenCredentials.Create);
        services.AddSingleton<RelayNotices>();
        services.AddSingleton<RelayRouter>();
        services.AddHostedService<RelayWarnings>();
        services.AddSingleton<RateTable>();
        services.AddSingleton<RelayRates>();
        services.AddSingleton<RetrySchedule>();
        services.AddSingleton<Judgement>();
        services.AddSingleton<LaterMail>();
        services.AddSingleton<Dispatcher>();
        services.AddSingleton<SecondLook>();
        services.AddSingleton<OpenMailLook>();
        services.AddSingleton<Backstop>();
        services.AddSingleton(provider => new ScheduleTimer(
            provider.GetRequiredService<Dispatcher>(),
            provider.GetRequiredService<SecondLook>(),
            provider.GetRequiredService<Backstop>(),
            provider.GetRequiredService<OpenMailLook>(),
            provider.GetRequiredService<SuppressionChanges>(),
            provider.GetRequiredService<LevelSurvey>()));
        services.AddSingleton<LongestWaiting>();
        services.AddSingleton<LevelSurvey>();
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
        services.AddSingleton(provider => new Deliverer(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<LaneQueues>(),
            provider.GetRequiredService<LaterMail>(),
            provider.GetRequiredService<DeliveryWindow>(),
            provider.GetRequiredService<OutcomeRecorder>(),
            provider.GetRequiredService<Endings>(),
            provider.GetRequiredService<Consumption>(),
            provider.GetRequiredService<MailMeters>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Deliverer>>()));
        services.AddSingleton(PoisonTimes.Default);
        services.AddSingleton<PoisonLineage>();
        services.AddSingleton(provider => new PoisonRecorder(
            provider.GetRequiredService<EmailLedger>(),
            provider.GetRequiredService<LaneQueues>(),
            provider.GetRequiredService<LaterMail>(),
            provider.GetRequiredService<PoisonLineage>(),
            provider.GetRequiredService<PoisonTimes>(),
            provider.GetRequiredService<OutcomeRecorder>(),
            provider.GetRequiredService<Faults>(),
            provider.GetRequiredService<Endings>(),
            provider.GetRequiredService<DeadLetters>(),
            provider.GetRequiredService<Consumption>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PoisonRecorder>>()));
    }

    private static void AddSuppressions(this IServiceCollection services)
    {
        services.AddSingleton(SuppressionAges.Default);
        services.AddSingleton<SuppressionTable>();
        services.AddSingleton<SuppressionChanges>();
        services.AddSingleton<SuppressionBook>();
        services.AddSingleton(SuppressionBounds.Default);
        services.AddSingleton<SuppressionRoom>();
        services.AddSingleton<SuppressionList>();
        services.AddSingleton(provider => new SuppressionCalls(
            provider.GetRequiredService<SuppressionTable>(),
            provider.GetRequiredService<SuppressionBook>(),
            provider.GetRequiredService<SuppressionRoom>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddStatistics(this IServiceCollection services)
    {
        services.AddSingleton(provider => new StatisticsTable(provider.GetRequiredService<StorageClients>().Table(StorageNames.StatisticsTable)));
        services.AddSingleton(provider =>
        {
            var storage = provider.GetRequiredService<StorageClients>();
            var occupied = new OccupiedMinutes(storage.Table(StorageNames.EmailsTable), storage.Table(StorageNames.EventsTable));
            return new MinuteSource(
                provider.GetRequiredService<EventLog>().ReadMinuteAsync,
                provider.GetRequiredService<EmailLedger>().ReadMinuteAsync,
                occupied.FirstAsync);
        });
        services.AddSingleton(provider => new StatisticsCompiler(
            provider.GetRequiredService<StatisticsTable>(),
            provider.GetRequiredService<Watermarks>(),
            provider.GetRequiredService<DirtyMinutes>(),
            provider.GetRequiredService<MinuteSource>(),
            provider.GetRequiredService<Levels>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StatisticsCompiler>>()));
        services.AddSingleton<StatisticsHorizon>();
        services.AddSingleton(provider => new StatisticsReader(
            provider.GetRequiredService<StatisticsTable>(),
            provider.GetRequiredService<Watermarks>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
