using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>
/// Marks minutes whose statistics must be compiled again, in the table Progress, PK <c>dirty</c>, RK
/// <c>{yyyyMMddHHmm}-{token}</c>: a row was, or is about to be, written into a minute older than <see cref="Age"/>.
/// </summary>
/// <remarks>
/// The marker is written before the row that it announces: a writer that dies between the two leaves a superfluous marker,
/// which costs one look, and never an uncounted row. Therefore a reader keeps a marker that is younger than
/// <see cref="InFlight"/>, as its row may still be on the way. Keys are never used twice.
/// </remarks>
internal sealed class DirtyMinutes(TableClient progress, TimeProvider clock)
{
    /// <summary>A writer marks a minute that began longer ago than this.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromMinutes(20);

    /// <summary>The longest time that an announced write may take, with every retry of the storage client.</summary>
    public static readonly TimeSpan InFlight = TimeSpan.FromMinutes(10);

    private const string Partition = "dirty";
    private const string MarkedAt = "marked_at";
    private const string MinuteFormat = "yyyyMMddHHmm";

    /// <summary>Writes a marker if <paramref name="minute"/> is old enough to need one. Await it before writing into that minute.</summary>
    public async Task MarkIfOldAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (now - minute < Age)
            return;

        var key = $"{minute.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture)}-{WriteToken.New()}";
        await progress.UpsertEntityAsync(new TableEntity(Partition, key) { [MarkedAt] = now }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Reads all markers, oldest minute first.</summary>
    public async IAsyncEnumerable<DirtyMinute> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (var entity in progress.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var known = DateTimeOffset.TryParseExact(
                entity.RowKey.Split('-')[0], MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var minute);
            var settled = entity.GetDateTimeOffset(MarkedAt) is not { } markedAt || clock.GetUtcNow() - markedAt >= InFlight;
            yield return new(known ? minute : null, entity.RowKey, settled);
        }
    }

    /// <summary>Removes exactly these markers; a missing one is no error.</summary>
    public Task RemoveAsync(IReadOnlyCollection<DirtyMinute> markers, CancellationToken cancellationToken) =>
        TableTransactions.DeleteAsync(progress, markers.Select(marker => (Partition, marker.RowKey)), cancellationToken);
}

/// <param name="Minute">Null if the key cannot be read.</param>
/// <param name="IsSettled">
/// The announced row has been written, or never will be: once the minute is compiled, the marker may be removed.
/// </param>
internal sealed record DirtyMinute(DateTimeOffset? Minute, string RowKey, bool IsSettled);
