using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>The files that a request names, at this moment, as far as they were checked.</summary>
/// <param name="container">Null when none is configured.</param>
/// <param name="isPartial">A file that is not in the set has not been checked, and is assumed to exist.</param>
internal sealed class FileSet(string? container, IReadOnlyDictionary<string, FoundFile> found, bool isPartial = false)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>The set of a request that names no files, or of an app without a container.</summary>
    public static FileSet Empty { get; } = new(null, new Dictionary<string, FoundFile>());

    /// <summary>Reads a <c>path</c>: <c>blob:</c> and a name. Nothing else is looked up, in particular no URL.</summary>
    public FoundFile Find(string path)
    {
        if (!path.StartsWith(BlobName.Scheme, StringComparison.Ordinal))
            return FoundFile.Wrong($"must be {BlobName.Scheme} and the name of a blob, such as blob:reports/june.pdf; URLs and other paths are not read: send the file as content");
        if (container is null)
            return FoundFile.Wrong($"is not taken: {AttachmentOptions.Section}:{nameof(AttachmentOptions.Container)} names no container");
        var name = path[BlobName.Scheme.Length..];
        if (!BlobName.IsValid(name))
            return FoundFile.Wrong(string.Create(CultureInfo.InvariantCulture, $"has no name of a blob after {BlobName.Scheme}, which has 1 to {BlobName.MaxChars} characters, no backslash or control character, and no part between slashes that is empty or ends with a dot"));
        if (found.TryGetValue(name, out var file))
            return file;
        return isPartial && (_asked.Contains(name) || (_asked.Count < EmailLimits.ReferencedFiles && _asked.Add(name)))
            ? new FoundFile(new FileReference(container, name, "", "", 0), 0, null)
            : FoundFile.Wrong(string.Create(CultureInfo.InvariantCulture, $"is one too many: a request may name {EmailLimits.ReferencedFiles} files"));
    }
}
