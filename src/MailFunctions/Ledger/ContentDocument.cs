using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>The fields of a stored content. Their names are in stored data: they cannot change within a version.</summary>
internal sealed record ContentDocument
{
    [JsonPropertyName("v"), JsonPropertyOrder(-1)]
    public int Version { get; set; }

    public AddressDocument? From { get; set; }

    public AddressDocument[]? To { get; set; }

    public AddressDocument[]? Cc { get; set; }

    public AddressDocument[]? ReplyTo { get; set; }

    public string? Subject { get; set; }

    [JsonConverter(typeof(LongTextConverter))]
    public string? Text { get; set; }

    [JsonConverter(typeof(LongTextConverter))]
    public string? Html { get; set; }

    public HeaderDocument[]? Headers { get; set; }

    public AttachmentDocument[]? Attachments { get; set; }

    /// <summary>The blob that holds the text; from version 2.</summary>
    public string? TextBlob { get; set; }

    /// <summary>The blob that holds the html; from version 2.</summary>
    public string? HtmlBlob { get; set; }

    /// <summary>The recipient's way to unsubscribe; from version 5.</summary>
    public UnsubscribeDocument? Unsubscribe { get; set; }

    /// <param name="blobs">Texts and attachments stored as blobs of their own, with the blobs' names.</param>
    public static ContentDocument Of(int version, EmailContent content, IReadOnlyDictionary<object, string> blobs) => new()
    {
        Version = version,
        From = AddressDocument.Of(content.From),
        To = Some(content.To, AddressDocument.Of),
        Cc = Some(content.Cc, AddressDocument.Of),
        ReplyTo = Some(content.ReplyTo, AddressDocument.Of),
        Subject = content.Subject,
        Text = BlobOf(content.Text, blobs) is null ? content.Text : null,
        TextBlob = BlobOf(content.Text, blobs),
        Html = BlobOf(content.Html, blobs) is null ? content.Html : null,
        HtmlBlob = BlobOf(content.Html, blobs),
        Headers = Some(content.Headers, field => new HeaderDocument(field.Name, field.Value)),
        Attachments = Some(content.Attachments, file => AttachmentDocument.Of(file, BlobOf(file, blobs))),
        Unsubscribe = content.Unsubscribe is { } link ? new UnsubscribeDocument(link.Url, link.Mailto) : null,
    };

    public EmailContent ToContent() => new()
    {
        From = (From ?? throw new InvalidDataException("What is stored as the content of an email has no sender.")).ToAddress(),
        To = All(To, address => address.ToAddress()),
        Cc = All(Cc, address => address.ToAddress()),
        ReplyTo = All(ReplyTo, address => address.ToAddress()),
        Subject = Subject ?? "",
        Text = Text,
        Html = Html,
        Headers = All(Headers, field => new HeaderField(field.Name, field.Value)),
        Attachments = All(Attachments, file => new Attachment { FileName = file.Name, ContentType = file.Type, ContentId = file.ContentId, IsAlternative = file.Alternative ?? false, Bytes = file.Bytes, Reference = file.File?.ToReference() }),
        Unsubscribe = Unsubscribe is { } link ? new UnsubscribeLink(link.Url, link.Mailto) : null,
    };

    private static string? BlobOf(object? piece, IReadOnlyDictionary<object, string> blobs) =>
        piece is null ? null : blobs.GetValueOrDefault(piece);

    private static TTo[]? Some<TFrom, TTo>(IReadOnlyList<TFrom> items, Func<TFrom, TTo> map) => items.Count == 0 ? null : [.. items.Select(map)];

    private static TTo[] All<TFrom, TTo>(TFrom[]? items, Func<TFrom, TTo> map) => items is null ? [] : [.. items.Select(map)];
}

internal sealed record AddressDocument(string? Name, string Local, string Domain)
{
    public static AddressDocument Of(EmailAddress address) =>
        new(address.DisplayName is { Length: > 0 } name ? name : null, address.LocalPart, address.Domain);

    public EmailAddress ToAddress() => new(Name ?? "", Local, Domain);
}

internal sealed record HeaderDocument(string Name, string Value);

internal sealed record UnsubscribeDocument(string Url, string? Mailto);

/// <param name="Blob">The blob that holds the bytes; from version 2.</param>
/// <param name="File">The file that the mail refers to instead; from version 3.</param>
/// <param name="Alternative">It is an alternative form of the bodies; from version 4.</param>
internal sealed record AttachmentDocument(string Name, string Type, string? ContentId, ReadOnlyMemory<byte> Bytes, string? Blob = null, FileDocument? File = null, bool? Alternative = null)
{
    public static AttachmentDocument Of(Attachment file, string? blob) =>
        new(file.FileName, file.ContentType, file.ContentId, blob is null && file.Reference is null ? file.Bytes : default, blob, FileDocument.Of(file.Reference), file.IsAlternative ? true : null);
}

internal sealed record FileDocument(string Container, string Name, string Etag, string Sha256, long Length)
{
    public static FileDocument? Of(FileReference? file) => file is null ? null : new(file.Container, file.Name, file.ETag, file.Sha256, file.Length);

    public FileReference ToReference() => new(Container, Name, Etag, Sha256, Length);
}

/// <summary>Writes a long text in pieces: for a single piece the writer would reserve six times its length.</summary>
internal sealed class LongTextConverter : JsonConverter<string>
{
    private const int PieceChars = 16 * 1024;

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        var rest = value.AsSpan();
        for (; rest.Length > PieceChars; rest = rest[PieceChars..])
            writer.WriteStringValueSegment(rest[..PieceChars], isFinalSegment: false);
        writer.WriteStringValueSegment(rest, isFinalSegment: true);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContentDocument))]
internal sealed partial class ContentJson : JsonSerializerContext;
