using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// The mail of each lane that has waited longest without an attempt: one row of the table Progress, PK <c>waiting</c>,
/// RK <c>oldest</c>, with its id by lane. The row is needed because <see cref="StalledMailRecovery"/> sees a mail once, and
/// the timer's next run may be in another process.
/// </summary>
/// <remarks>The row's mails are looked up in the ledger before use, so a lost or outdated row does no harm.</remarks>
internal sealed class OldestUnattempted(StorageClients storage, EmailLedger ledger, TimeProvider clock)
{
    private const string Partition = "waiting";
    private const string RowKey = "oldest";

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    /// <summary>Updates the row: one request to storage, one more for each lane in which mail waits, and one if that changes.</summary>
    /// <param name="met">
    /// The mails found by the last look at the ledger, by lane. A stored mail that no longer waits is replaced by them.
    /// </param>
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

/// <param name="Since">The time from which it could have been sent.</param>
internal readonly record struct UnattemptedMail(EmailId Id, DateTimeOffset Since)
{
    public static UnattemptedMail Of(LedgerRow row) => new(row.Id, row.SendableAt);
}
