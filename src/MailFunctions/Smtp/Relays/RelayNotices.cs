using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Smtp.Relays;

/// <summary>That some instance leaves a relay alone, and why.</summary>
/// <param name="Until">When it looks again; a notice whose time is over says nothing any more.</param>
/// <param name="Cause">Null in a notice of an older or newer version of the app.</param>
internal sealed record RelayNotice(DateTimeOffset Until, SmtpStage Stage, int Code, RelayCause? Cause);

/// <summary>
/// The table Relays. A breaker is the opinion of one process, and whoever explains a mail is another: what a breaker
/// decided is posted here, one row a relay, the latest word of any instance. Nothing is decided by it.
/// </summary>
internal sealed class RelayNotices(StorageClients storage, TimeProvider clock, ILogger<RelayNotices> logger)
{
    private const string Partition = "left-alone";

    private readonly TableClient _table = storage.Table(StorageNames.RelaysTable);

    /// <summary>Does not wait, and does not fail: a notice that is lost costs an explanation a fact.</summary>
    public void Post(string relay, RelayNotice notice) => _ = PostAsync(relay, notice);

    /// <returns>Null when nobody is known to leave it alone now.</returns>
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
