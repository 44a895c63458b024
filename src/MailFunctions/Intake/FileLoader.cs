using System.Collections.Concurrent;
using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>
/// Finds the files that a request names in three steps, each far more expensive than the one before: without storage, by
/// their properties, and by their content. A request refused in one step causes no further one.
/// </summary>
internal sealed class FileLoader(ReferencedFiles files)
{
    private const int AtOnce = 8;

    /// <summary>Returns a set in which any file may be named and none has been checked.</summary>
    public FileSet Unseen() => SetOf(new Dictionary<string, FoundFile>());

    /// <summary>Checks that files exist, and how long they are; each once.</summary>
    public async Task<FileSet> LookAsync(IReadOnlyCollection<FileReference> named, CancellationToken cancellationToken) =>
        SetOf(await EachAsync(named, (file, token) => files.LookAsync(file.Name, token), cancellationToken));

    /// <summary>Reads the content of files that were checked, each once.</summary>
    public async Task<FileSet> PinAsync(IReadOnlyCollection<FileReference> looked, CancellationToken cancellationToken) =>
        SetOf(await EachAsync(looked, async (file, token) => IsStill(file, await files.PinAsync(file.Name, file.Length, token)), cancellationToken));

    /// <summary>Returns the files of drafts, each once.</summary>
    public static IReadOnlyCollection<FileReference> Of(IEnumerable<EmailDraft> drafts) =>
        [.. drafts.SelectMany(draft => draft.Content.Attachments).Select(attachment => attachment.Reference).OfType<FileReference>().Distinct()];

    /// <returns>The error when the sum of their lengths is too large; null otherwise.</returns>
    public static Problem? Weigh(IReadOnlyCollection<FileReference> looked) => looked.Sum(file => file.Length) is var bytes and > EmailLimits.ReferencedBytes
        ? Problem.Validation([new ProblemError(string.Create(CultureInfo.InvariantCulture, $"names files of {bytes} bytes: at most {EmailLimits.ReferencedBytes} are read for one request"), Pointer: "")])
        : null;

    private FileSet SetOf(IReadOnlyDictionary<string, FoundFile> found) => files.Container is { } container ? new FileSet(container, found, isPartial: true) : FileSet.Empty;

    private static FoundFile IsStill(FileReference looked, FoundFile pinned) =>
        pinned.Fault is null && pinned.Reference?.ETag != looked.ETag ? FoundFile.BeingWritten : pinned;

    private static async Task<ConcurrentDictionary<string, FoundFile>> EachAsync(
        IReadOnlyCollection<FileReference> named, Func<FileReference, CancellationToken, Task<FoundFile>> find, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<string, FoundFile>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            named,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (file, token) => found[file.Name] = await find(file, token));
        return found;
    }
}
