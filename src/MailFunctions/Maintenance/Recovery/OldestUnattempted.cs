using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// The mail of each lane that has waited longest without an attempt: one row of the table Progress, PK <c>waiting</c>,
/// RK <c>oldest</c>, with its id by lane. <see cref="StalledMailRecovery"/> meets a mail once, and the next run of the timer may be
/// another process's.
/// </summary>
/// <remarks>Whatever stands in the row is looked up in the ledger before it is believed, so a row that is lost or old does no harm.</remarks>
internal sealed class OldestUnattempted(StorageClients storage, EmailLedger ledger, TimeProvider clock)
{
    private const string Partition = "waiting";
    private const string RowKey = "oldest";

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    /// <summary>One request to storage while nothing waits, one more for each lane where something does, and one when that changes.</summary>
    /// <param name="met">What the last look at the ledger met, by lane: it follows what is remembered and waits no more.</param>
    public async Task<IReadOnlyDictionary<Lane, UnattemptedMail>> UpdateAsync(IReadOnlyDictionary<Lane, UnattemptedMail> met, CancellationToken cancellationToken)
    {
        var remembered = await ReadAsync(cancellationToken);
        var rows = await ledger.ReadManyWithoutContentAsync(remembered, cancellationToken);
        var now = clock.GetUtcNow();
        var oldest = rows.Values.Where(row => row.IsUnattemptedSince(now)).Select(row => KeyValuePair.Create(row.Lane, UnattemptedMail.Of(row)))
            .Concat(met)
            .GroupBy(waiting => waiting.Key, waiting => waiting.Value)
            .ToDictionary(lane => lane.Key, lane => lane.MinBy(mail => mail.Since));
        if (!oldest.Values.Select(mail => mail.Id).ToHashSet().SetEquals(remembered))
            await WriteAsync(oldest, cancellationToken);
        return oldest;
    }

    private async Task<IReadOnlyCollection<EmailId>> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, RowKey, cancellationToken: cancellationToken);
        return found is { HasValue: true, Value: { } row }
            ? [.. Enum.GetValues<Lane>().Select(lane => row.GetString(lane.Name())).OfType<string>().Select(EmailId.Parse)]
            : [];
    }

    private Task WriteAsync(IReadOnlyDictionary<Lane, UnattemptedMail> oldest, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, RowKey);
        foreach (var (lane, mail) in oldest)
            row[lane.Name()] = mail.Id.ToString();
        return _progress.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }
}

/// <param name="Since">From when it could have been sent.</param>
internal readonly record struct UnattemptedMail(EmailId Id, DateTimeOffset Since)
{
    public static UnattemptedMail Of(LedgerRow row) => new(row.Id, row.SendableAt);
}
