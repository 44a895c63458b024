namespace MailFunctions.Intake;

/// <summary>
/// Names of blobs that may be asked for. A name is used as it is or refused: what a URL would make another name of, such as
/// <c>..</c>, would lead out of the container.
/// </summary>
internal static class BlobName
{
    public const string Scheme = "blob:";

    public const int MaxChars = 1024;

    private const int MaxSegments = 254;

    /// <summary>Blob storage's own rules, and a little stricter where it leaves a choice.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxChars
        && !name.Any(c => char.IsControl(c) || c is '\\' or '\uFFFD' or >= '\uFFFE')
        && name.Split('/') is { Length: <= MaxSegments } segments
        && segments.All(segment => segment.Length > 0 && segment[^1] != '.');
}
