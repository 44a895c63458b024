using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>A file that travels with an email.</summary>
/// <param name="FileName">Without a folder.</param>
/// <param name="Content">The bytes of the file; base64 in the JSON.</param>
public sealed record EmailAttachment([property: JsonPropertyName("filename")] string FileName, ReadOnlyMemory<byte> Content)
{
    /// <summary>As in <c>application/pdf</c>; guessed from the file's name when absent.</summary>
    public string? ContentType { get; init; }

    /// <summary>Makes it inline: the HTML shows it as <c>cid:</c> and this id.</summary>
    public string? ContentId { get; init; }
}
