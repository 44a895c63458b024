using System.Globalization;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Queue;

/// <summary>
/// Keeps mail until it is due. A short wait is a queue message that is hidden until then: exact to the second, and a
/// single write. A longer wait is a row of the table Schedule that the dispatcher turns into such a message in time.
/// </summary>
internal sealed class ScheduledMessages(StorageClients storage, LaneQueues queues, TimeProvider clock)
{
    /// <summary>The longest wait as a hidden message. It exceeds the dispatcher's period, so no row is late for its own dispatch.</summary>
    public static readonly TimeSpan LongestHidden = TimeSpan.FromMinutes(2);

    private readonly TableClient _table = storage.Table(StorageNames.ScheduleTable);

    /// <summary>Ensures that <paramref name="mail"/> is on its lane's queue when due. Doing it twice is harmless.</summary>
    public Task PutAsync(Lane lane, NamedAttempt mail, DateTimeOffset due, CancellationToken cancellationToken) =>
        PutAsync(lane, [mail], due, cancellationToken);

    /// <summary>Does the same for mails that are due together: a short wait is one message for all.</summary>
    public async Task PutAsync(Lane lane, IReadOnlyCollection<NamedAttempt> mails, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var wait = due - clock.GetUtcNow();
        if (wait <= LongestHidden)
        {
            await queues.PutAsync(lane, mails, wait, cancellationToken);
            return;
        }

        foreach (var shard in mails.Select(mail => ScheduleRow.ToEntity(lane, mail, due)).GroupBy(entity => entity.PartitionKey))
        {
            foreach (var slice in TableTransactions.Cut(shard, TableTransactions.SizeOf))
            {
                if (slice.Count == 1)
                    await _table.UpsertEntityAsync(slice[0], TableUpdateMode.Replace, cancellationToken);
                else
                    await _table.SubmitTransactionAsync(slice.Select(entity => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity)), cancellationToken);
            }
        }
    }

    /// <summary>Finds mails due in more than <see cref="LongestHidden"/> without a schedule row for next attempt and due time.</summary>
    public async Task<IReadOnlyList<LedgerRow>> FindMissingAsync(IReadOnlyCollection<LedgerRow> waiting, CancellationToken cancellationToken)
    {
        var missing = new List<LedgerRow>();
        foreach (var together in waiting.GroupBy(row => (row.Lane, row.Id.Shard, row.DueAt)))
        {
            var due = ScheduleRow.Ticks(together.Key.DueAt!.Value);
            var partition = ScheduleRow.Partition(together.Key.Shard);
            // '.' is the character after '-', which follows the id.
            var ids = together.Select(row => row.Id.ToString()).ToList();
            var (from, to) = ($"{due}-{ids.Min(StringComparer.Ordinal)}-", $"{due}-{ids.Max(StringComparer.Ordinal)}.");
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
            var standing = new HashSet<NamedAttempt>();
            await foreach (var entity in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            {
                if (TryRead(entity) is { } found && found.Lane == together.Key.Lane)
                    standing.Add(found.Mail);
            }

            missing.AddRange(together.Where(row => !standing.Contains(new NamedAttempt(row.Id, row.Attempt + 1))));
        }

        return missing;
    }

    private static ScheduleRow? TryRead(TableEntity entity)
    {
        try
        {
            return ScheduleRow.FromEntity(entity);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException)
        {
            // The dispatcher skips it too.
            return null;
        }
    }
}

/// <summary>A row of the table Schedule. Its key is never used twice, so deleting the key that was read deletes nothing else.</summary>
internal sealed record ScheduleRow(string PartitionKey, string RowKey, Lane Lane, NamedAttempt Mail, DateTimeOffset Due)
{
    public static TableEntity ToEntity(Lane lane, NamedAttempt mail, DateTimeOffset due) =>
        new(Partition(mail.Id.Shard), string.Create(CultureInfo.InvariantCulture, $"{Ticks(due)}-{mail.Id}-{mail.Number}-{WriteToken.New()}"))
        {
            ["v"] = 1,
            ["lane"] = lane.Name(),
            ["id"] = mail.Id.ToString(),
            ["attempt"] = mail.Number,
            ["due"] = due.ToUniversalTime(),
        };

    public static ScheduleRow FromEntity(TableEntity entity) => new(
        entity.PartitionKey,
        entity.RowKey,
        LaneNames.Parse(entity.RequiredText("lane")),
        new NamedAttempt(EmailId.Parse(entity.RequiredText("id")), entity.GetInt32("attempt") ?? 1),
        entity.RequiredTime("due"));

    public static string Partition(int shard) => shard.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Formats the time as nineteen digits, so that keys sort by due time.</summary>
    public static string Ticks(DateTimeOffset due) => due.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
