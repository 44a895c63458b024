using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>A file that travels with an email: its bytes, or the name of a blob that the server attaches.</summary>
public sealed record EmailAttachment
{
    /// <param name="fileName">Without a folder.</param>
    /// <param name="content">The bytes of the file; base64 in the JSON.</param>
    public EmailAttachment(string fileName, ReadOnlyMemory<byte> content) => (FileName, Content) = (fileName, content);

    [JsonConstructor]
    internal EmailAttachment()
    {
    }

    /// <summary>Without a folder. Of a blob it may be absent: then it is the last part of the blob's name.</summary>
    [JsonPropertyName("filename")]
    public string? FileName { get; init; }

    /// <summary>Null for a blob.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary><c>blob:</c> and the name of a blob; null when the content is brought.</summary>
    public string? Path { get; init; }

    /// <summary>As in <c>application/pdf</c>; guessed from the file's name when absent.</summary>
    public string? ContentType { get; init; }

    /// <summary>Makes it inline: the HTML shows it as <c>cid:</c> and this id.</summary>
    public string? ContentId { get; init; }

    /// <summary>A file that lies in the container which the server has configured, as it is when the email is accepted.</summary>
    /// <param name="name">Of the blob, as in <c>reports/june.pdf</c>.</param>
    /// <param name="fileName">Another than the last part of it.</param>
    public static EmailAttachment FromBlob(string name, string? fileName = null) => new() { Path = $"blob:{name}", FileName = fileName };
}
