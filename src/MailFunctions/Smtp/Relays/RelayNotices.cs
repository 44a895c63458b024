using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Smtp.Relays;

/// <summary>A notice that some instance has opened the circuit of a relay, and why.</summary>
/// <param name="Until">The time of the next try; after it the notice has no meaning.</param>
/// <param name="Cause">Null in a notice of an older or newer version of the app.</param>
internal sealed record RelayNotice(DateTimeOffset Until, SmtpStage Stage, int Code, RelayCause? Cause);

/// <summary>
/// The table Relays. A breaker belongs to one process, and the process that explains a mail is another: each
/// breaker posts its state here, one row for each relay, the latest of any instance. The table is for information
/// only; no decision reads it.
/// </summary>
internal sealed class RelayNotices(StorageClients storage, TimeProvider clock, ILogger<RelayNotices> logger)
{
    private const string Partition = "left-alone";

    private readonly TableClient _table = storage.Table(StorageNames.RelaysTable);

    /// <summary>Stores a notice without waiting and without failing: a lost notice only makes an explanation less complete.</summary>
    public void Post(string relay, RelayNotice notice) => _ = PostAsync(relay, notice);

    /// <returns>Null when no instance is known to have the circuit open now.</returns>
    public async Task<RelayNotice?> ReadAsync(string relay, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, relay, cancellationToken: cancellationToken);
        return found.HasValue
            && found.Value!.RequiredTime("until") is var until && until > clock.GetUtcNow()
            && Enum.TryParse<SmtpStage>(found.Value!.RequiredText("stage"), out var stage)
                ? new RelayNotice(until, stage, found.Value!.GetInt32("code") ?? 0, Enum.TryParse<RelayCause>(found.Value!.OptionalText("cause"), out var cause) ? cause : null)
                : null;
    }

    private async Task PostAsync(string relay, RelayNotice notice)
    {
        try
        {
            var entity = new TableEntity(Partition, relay) { ["until"] = RowValues.Time(notice.Until), ["stage"] = notice.Stage.ToString(), ["code"] = notice.Code, ["cause"] = notice.Cause?.ToString() };
            await _table.UpsertEntityAsync(entity, TableUpdateMode.Replace, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.NoticeLost(relay, exception.GetType().Name);
        }
    }
}
