using System.Collections.Concurrent;
using MailFunctions.Ledger;

namespace MailFunctions.Intake;

/// <summary>Looks up the files that a request names, each once, so that reading the request waits for nothing.</summary>
internal sealed class FileLoader(ReferencedFiles files)
{
    private const int AtOnce = 8;

    /// <param name="paths">As the mails name them; repetitions cost nothing.</param>
    public async Task<FileSet> LoadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        if (files.Container is null)
            return FileSet.Empty;

        var names = paths.Where(path => path.StartsWith(BlobName.Scheme, StringComparison.Ordinal)).Select(path => path[BlobName.Scheme.Length..]).Where(BlobName.IsValid);
        var found = new ConcurrentDictionary<string, FoundFile>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            names.Distinct(StringComparer.Ordinal).Take(EmailLimits.ReferencedFiles),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (name, token) => found[name] = await files.PinAsync(name, EmailLimits.AttachmentBytes, token));
        return new FileSet(files.Container, found);
    }
}
