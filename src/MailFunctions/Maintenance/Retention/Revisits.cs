using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// The minutes of the ledger that still hold something, with the time of their next look: rows of the table Progress, PK
/// <c>retention</c>, RK <c>{when}-{minute}</c>, both <c>yyyyMMddHHmm</c>. Two rows for one minute cost one look too many.
/// </summary>
internal sealed class Revisits(TableClient progress)
{
    /// <summary>The time of a look is rounded up to this step, so that the mails of a minute, which end one by one, share looks.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(6);

    private const string Partition = "retention";
    private const string Format = "yyyyMMddHHmm";

    public Task AddAsync(DateTimeOffset minute, DateTimeOffset when, CancellationToken cancellationToken)
    {
        var up = new DateTimeOffset((when.UtcTicks + Step.Ticks - 1) / Step.Ticks * Step.Ticks, TimeSpan.Zero);
        return progress.UpsertEntityAsync(new TableEntity(Partition, $"{Text(up)}-{Text(minute)}"), TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Reads the minutes that are due, the earliest first.</summary>
    public async IAsyncEnumerable<Revisit> ReadAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var until = Text(now + TimeSpan.FromMinutes(1));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey lt {until}");
        await foreach (var entity in progress.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken))
            yield return new Revisit(entity.RowKey, DateTimeOffset.ParseExact(entity.RowKey.AsSpan(Format.Length + 1), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    }

    /// <summary>Removes a row. A missing row is no error.</summary>
    public Task RemoveAsync(Revisit revisit, CancellationToken cancellationToken) =>
        progress.DeleteEntityAsync(Partition, revisit.RowKey, ETag.All, cancellationToken);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}

internal sealed record Revisit(string RowKey, DateTimeOffset Minute);
