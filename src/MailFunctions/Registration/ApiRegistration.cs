using MailFunctions.Api.Audit;
using MailFunctions.Api.Domains;
using MailFunctions.Api.Emails;
using MailFunctions.Api.Health;
using MailFunctions.Api.Held;
using MailFunctions.Api.Keys;
using MailFunctions.Api.Pauses;
using MailFunctions.Api.Reference;
using MailFunctions.Api.Resend;
using MailFunctions.Api.Statistics;
using MailFunctions.Api.Suppressions;
using MailFunctions.Api.Templates;
using MailFunctions.Api.Timers;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class ApiRegistration
{
    public static void AddApi(this IServiceCollection services)
    {
        services.AddStage<TimerCalls>();
        services.AddSingleton<ApiReference>();
        services.AddSingleton<SubmissionQuota>();
        services.AddSingleton<RequestPipeline>();
        services.AddStage<EmailIntake>();
        services.AddStage<EmailReader>();
        services.AddSingleton<RelayOutlook>();
        services.AddSingleton<SuppressionOutlook>();
        services.AddStage<EmailExplainer>();
        services.AddStage<BatchReader>();
        services.AddStage<EmailLister>();
        services.AddStage<EmailCanceler>();
        services.AddStage<EmailRescheduler>();
        services.AddSingleton<Requeuer>();
        services.AddStage<HeldMailActions>();
        services.AddStage<HeldMailBulkActions>();
        services.AddStage<DeadLetterReader>();
        services.AddStage<AuditCalls>();
        services.AddSingleton<PauseRequestReader>();
        services.AddStage<PauseCalls>();
        services.AddStage<DomainCalls>();
        services.AddStage<HealthReader>();
        services.AddSingleton<InlineAnswers>();
        services.AddStage<SuppressionCalls>();
        services.AddStage<TemplateCalls>();
        services.AddStage<StatisticsReader>();
        services.AddStage<KeyCalls>();
        services.AddSingleton<ResendCalls>();
        services.AddSingleton<ResendParts>();
        services.AddStage<ResendEndpoints>();
    }
}
