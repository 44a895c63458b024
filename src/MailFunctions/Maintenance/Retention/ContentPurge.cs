using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Deletes the blobs of mails in a final state, and rewrites old blobs of open mail so that they are kept.</summary>
internal sealed class ContentPurge(ContentBlobs blobs, LedgerPartition partitions, TimeProvider clock)
{
    /// <summary>The age from which blobs of open mail are rewritten: the storage account deletes blobs not written for 400 days.</summary>
    public static readonly TimeSpan KeptYoungAfter = TimeSpan.FromDays(180);

    private const int AtOnce = 8;

    /// <summary>Deletes the blobs of these mails, and shared blobs that no other mail uses. A missing blob is no error.</summary>
    /// <param name="rows">All rows of the partition: mails share blobs only within their own partition.</param>
    /// <param name="mayBeMore">The partition may hold other rows: then no shared blob is deleted.</param>
    /// <returns>The shared blobs still in use: pass them to <see cref="DeleteUnnamedAsync"/> once the rows no longer name them.</returns>
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
    /// Deletes shared blobs that were kept, if no row names them any more. Concurrent purges that drop the last mails may each
    /// still see the other's; the one that writes last sees none.
    /// </summary>
    /// <param name="left">The result of <see cref="DeleteAsync"/>.</param>
    public async Task DeleteUnnamedAsync(string partition, IReadOnlyList<string> left, CancellationToken cancellationToken)
    {
        if (left.Count == 0)
            return;
        var (rows, unreadable) = await partitions.ReadAsync(partition, cancellationToken);
        var named = Named(rows);
        foreach (var owner in left.Where(owner => unreadable == 0 && !named.Contains(owner)))
            await blobs.DeleteAsync(owner, shared: true, cancellationToken);
    }

    /// <summary>Rewrites the blobs of old open mail, unchanged.</summary>
    public async Task KeepAliveAsync(IEnumerable<LedgerRow> open, CancellationToken cancellationToken)
    {
        var old = open.Where(row => clock.GetUtcNow() - row.Id.MintedAt > KeptYoungAfter).ToList();
        var prefixes = old.Where(HasOwn).Select(row => row.Id.ToString()).Concat(old.Select(SharedOf).OfType<string>()).Distinct();
        await Parallel.ForEachAsync(prefixes, Options(cancellationToken), async (prefix, token) => await blobs.TouchAsync(prefix, token));
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };

    /// <summary>True if the mail may have blobs of its own. A key closed before its accept may have blobs that no row names.</summary>
    private static bool HasOwn(LedgerRow row) => row.Content?.BlobName is not null || row.State == EmailState.Void;

    /// <summary>The shared blobs that rows name. A key closed before its accept needs none.</summary>
    private static HashSet<string> Named(IEnumerable<LedgerRow> rows) => rows.Select(row => row.Content?.SharedName).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private static string? SharedOf(LedgerRow row) => row.State == EmailState.Void ? row.Id.ToString() : row.Content?.SharedName;
}
