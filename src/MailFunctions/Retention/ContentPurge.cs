using MailFunctions.Ledger;

namespace MailFunctions.Retention;

/// <summary>The blobs of mails: deletes those of mail that is over, and keeps those young that are still needed.</summary>
internal sealed class ContentPurge(ContentBlobs blobs, TimeProvider clock)
{
    /// <summary>The storage account deletes blobs that nobody has written for 400 days. Those of mail that is open for so long are written again.</summary>
    public static readonly TimeSpan KeptYoungAfter = TimeSpan.FromDays(180);

    private const int AtOnce = 8;

    /// <summary>Deletes the blobs of these mails, and what they shared when nobody else uses it. What is gone already is no error.</summary>
    /// <param name="rows">All that the partition holds: mails share with those of their own partition alone.</param>
    /// <param name="mayBeMore">The partition may hold others: then nothing that is shared goes.</param>
    public async Task DeleteAsync(IReadOnlyCollection<LedgerRow> going, IReadOnlyCollection<LedgerRow> rows, bool mayBeMore, CancellationToken cancellationToken)
    {
        var ids = going.Select(row => row.Id).ToHashSet();
        // A key that was closed before its accept needs nothing itself.
        var needed = rows.Where(row => !ids.Contains(row.Id)).Select(row => row.Content?.SharedName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var shared = mayBeMore ? [] : going.Select(SharedOf).OfType<string>().Distinct().Where(owner => !needed.Contains(owner));
        var prefixes = going.Where(HasOwn).Select(row => (Prefix: row.Id.ToString(), OfShared: false)).Concat(shared.Select(owner => (Prefix: owner, OfShared: true)));
        await Parallel.ForEachAsync(prefixes, Options(cancellationToken), async (one, token) => await blobs.DeleteAsync(one.Prefix, one.OfShared, token));
    }

    /// <summary>Writes the blobs of old mail that is not over anew, unchanged.</summary>
    public async Task KeepAliveAsync(IEnumerable<LedgerRow> open, CancellationToken cancellationToken)
    {
        var old = open.Where(row => clock.GetUtcNow() - row.Id.MintedAt > KeptYoungAfter).ToList();
        var prefixes = old.Where(HasOwn).Select(row => row.Id.ToString()).Concat(old.Select(SharedOf).OfType<string>()).Distinct();
        await Parallel.ForEachAsync(prefixes, Options(cancellationToken), async (prefix, token) => await blobs.TouchAsync(prefix, token));
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    /// <summary>Under a key that was closed before its accept there may be blobs that no row names.</summary>
    private static bool HasOwn(LedgerRow row) => row.Content?.BlobName is not null || row.State == EmailState.Void;

    private static string? SharedOf(LedgerRow row) => row.State == EmailState.Void ? row.Id.ToString() : row.Content?.SharedName;
}
