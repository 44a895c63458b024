using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Retention;

/// <summary>The blobs of mails: deletes those of mail that is over, and keeps those young that are still needed.</summary>
internal sealed class ContentPurge(ContentBlobs blobs, LedgerPartition partitions, TimeProvider clock)
{
    /// <summary>The storage account deletes blobs that nobody has written for 400 days. Those of mail that is open for so long are written again.</summary>
    public static readonly TimeSpan KeptYoungAfter = TimeSpan.FromDays(180);

    private const int AtOnce = 8;

    /// <summary>Deletes the blobs of these mails, and what they shared when nobody else uses it. What is gone already is no error.</summary>
    /// <param name="rows">All that the partition holds: mails share with those of their own partition alone.</param>
    /// <param name="mayBeMore">The partition may hold others: then nothing that is shared goes.</param>
    /// <returns>What they shared, and others still use: to be given to <see cref="DeleteUnnamedAsync"/> once the rows name it no more.</returns>
    public async Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyCollection<LedgerRow> going, IReadOnlyCollection<LedgerRow> rows, bool mayBeMore, CancellationToken cancellationToken)
    {
        var ids = going.Select(row => row.Id).ToHashSet();
        var needed = Named(rows.Where(row => !ids.Contains(row.Id)));
        var shared = mayBeMore ? [] : going.Select(SharedOf).OfType<string>().Distinct().ToList();
        var prefixes = going.Where(HasOwn).Select(row => (Prefix: row.Id.ToString(), OfShared: false))
            .Concat(shared.Where(owner => !needed.Contains(owner)).Select(owner => (Prefix: owner, OfShared: true)));
        await Parallel.ForEachAsync(prefixes, Options(cancellationToken), async (one, token) => await blobs.DeleteAsync(one.Prefix, one.OfShared, token));
        return [.. shared.Where(needed.Contains)];
    }

    /// <summary>
    /// Deletes what was left to others, when no row names it any more. Of several that drop the last mails at the same
    /// time each saw the other's; whoever has written last sees none.
    /// </summary>
    /// <param name="left">What <see cref="DeleteAsync"/> gave back.</param>
    public async Task DeleteUnnamedAsync(string partition, IReadOnlyList<string> left, CancellationToken cancellationToken)
    {
        if (left.Count == 0)
            return;
        var (rows, unreadable) = await partitions.ReadAsync(partition, cancellationToken);
        var named = Named(rows);
        foreach (var owner in left.Where(owner => unreadable == 0 && !named.Contains(owner)))
            await blobs.DeleteAsync(owner, shared: true, cancellationToken);
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

    /// <summary>What rows share. A key that was closed before its accept needs nothing itself.</summary>
    private static HashSet<string> Named(IEnumerable<LedgerRow> rows) => rows.Select(row => row.Content?.SharedName).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static string? SharedOf(LedgerRow row) => row.State == EmailState.Void ? row.Id.ToString() : row.Content?.SharedName;
}
