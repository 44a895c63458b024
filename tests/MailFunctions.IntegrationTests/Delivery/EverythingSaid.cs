using MailFunctions.Api.Emails;
using MailFunctions.Api.Health;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using Microsoft.Extensions.Options;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>Wherever a secret could have come to stand.</summary>
internal static class EverythingSaid
{
    /// <summary>Logs, rows, events, every answer about a mail, and what the settings say of themselves.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(TestApp pipeline, EmailId id, CancellationToken cancellationToken)
    {
        var row = await pipeline.RowAsync(id, cancellationToken);
        var health = await pipeline.AnswerAsync(_ => pipeline.Get<HealthReader>().ReadAsync(cancellationToken), cancellationToken);
        var explained = await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, cancellationToken), cancellationToken);
        var timeline = await pipeline.Events.ReadTimelineAsync(row, cancellationToken);
        return
        [
            .. pipeline.Logs.All.Select(line => line.Text),
            $"{row} {string.Join(' ', row.Recipients)}",
            .. timeline.Select(e => $"{e} {string.Join(' ', e.Recipients)}"),
            (await pipeline.ReadAsync(id, cancellationToken)).GetRawText(),
            health.Body.RootElement.GetRawText(),
            explained.Body.RootElement.GetRawText(),
            $"{pipeline.Get<IOptions<RelaysOptions>>().Value} {pipeline.Get<RelayRouter>().Lines[0].Relay}",
        ];
    }
}
