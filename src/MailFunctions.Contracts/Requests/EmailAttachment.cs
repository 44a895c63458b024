using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>An attached file of an email: its bytes, or the name of a blob that the server attaches.</summary>
[Schema("Attachment", Rules = """{"oneOf": [{"required": ["filename", "content"]}, {"required": ["path"]}]}""")]
public sealed record EmailAttachment
{
    /// <param name="fileName">The name without a folder.</param>
    /// <param name="content">The bytes of the file; base64 in the JSON.</param>
    public EmailAttachment(string fileName, ReadOnlyMemory<byte> content) => (FileName, Content) = (fileName, content);

    [JsonConstructor]
    internal EmailAttachment()
    {
    }

    /// <summary>The name without a folder. It may be absent for a blob: then it is the last part of the blob's name.</summary>
    [JsonPropertyName("filename"), Length(1, 255)]
    public string? FileName { get; init; }

    /// <summary>
    /// The bytes of the file; absent for a blob. The JSON has them in base64, of either alphabet, padded or not, in lines or in one
    /// piece.
    /// </summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>
    /// <c>blob:</c> and the name of a blob in the container that <c>MailFunctions:Attachments:Container</c> configures, with its
    /// content at the time of the accept; absent when the content is given. A request names at most 1,000 different blobs.
    /// </summary>
    [RegularExpression("^blob:."), MaxLength(1029)]
    public string? Path { get; init; }

    /// <summary>The media type, such as <c>application/pdf</c>; guessed from the file name when absent.</summary>
    [MaxLength(255)]
    public string? ContentType { get; init; }

    /// <summary>The id of an inline attachment, to which the HTML refers as <c>cid:</c> and this id.</summary>
    [MaxLength(128)]
    public string? ContentId { get; init; }

    /// <summary>Attaches a file of the container that the server has configured, with its content at the time of the accept.</summary>
    /// <param name="name">The name of the blob, such as <c>reports/june.pdf</c>.</param>
    /// <param name="fileName">A name other than the last part of the blob's name.</param>
    public static EmailAttachment FromBlob(string name, string? fileName = null) => new() { Path = $"blob:{name}", FileName = fileName };
}
