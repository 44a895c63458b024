namespace MailFunctions.Intake;

/// <summary>
/// Validates the names of blobs. A name is used unchanged or refused: a name that a URL would resolve to another, such as
/// <c>..</c>, could lead out of the container.
/// </summary>
internal static class BlobName
{
    public const string Scheme = "blob:";

    public const int MaxChars = 1024;

    private const int MaxSegments = 254;

    /// <summary>Applies the rules of blob storage, and is slightly stricter where they leave a choice.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxChars
        && !name.Any(c => char.IsControl(c) || c is '\\' or '\uFFFD' or >= '\uFFFE')
        && name.Split('/') is { Length: <= MaxSegments } segments
        && segments.All(segment => segment.Length > 0 && segment[^1] != '.');
}
