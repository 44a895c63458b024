using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>
/// Serialises an <see cref="EmailContent"/> to its stored form: JSON that begins with a version. An unknown field is
/// ignored, since a newer deployment may have written it; a newer version is refused.
/// </summary>
internal static class EmailContentSerializer
{
    /// <summary>Increased only if an older reader would misread the stored form.</summary>
    private const int Version = 1;

    /// <summary>The second version names blobs for some of its pieces; written only if it does.</summary>
    private const int VersionWithBlobs = 2;

    /// <summary>The third refers to files; written only if it does.</summary>
    private const int VersionWithFiles = 3;

    /// <summary>The fourth has an attachment that is an alternative form of the bodies; written only if it does.</summary>
    private const int VersionWithAlternatives = 4;

    /// <summary>The fifth has an unsubscribe link, for which its bodies hold a placeholder; written only if it does.</summary>
    private const int VersionWithUnsubscribe = 5;

    private static readonly IReadOnlyDictionary<object, string> NoBlobs = new Dictionary<object, string>();

    // The document is stored, never put into a page, so only what JSON itself requires is escaped.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Serialize(EmailContent content) => Serialize(content, NoBlobs);

    /// <param name="blobs">Texts and attachments, by reference, that are stored elsewhere: only their blob's name is written.</param>
    public static ReadOnlyMemory<byte> Serialize(EmailContent content, IReadOnlyDictionary<object, string> blobs)
    {
        var buffer = new ArrayBufferWriter<byte>(Estimate(content, blobs));
        using var writer = new Utf8JsonWriter(buffer, Writing);
        var document = ContentDocument.Of(VersionOf(content, blobs), content, blobs);
        JsonSerializer.Serialize(writer, document, ContentJson.Default.ContentDocument);
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static int VersionOf(EmailContent content, IReadOnlyDictionary<object, string> blobs)
    {
        if (content.Unsubscribe is not null)
            return VersionWithUnsubscribe;
        if (content.Attachments.Any(file => file.IsAlternative))
            return VersionWithAlternatives;
        if (content.Attachments.Any(file => file.Reference is not null))
            return VersionWithFiles;
        return blobs.Count == 0 ? Version : VersionWithBlobs;
    }

    /// <exception cref="InvalidDataException">The bytes are no stored content, or a newer version wrote them.</exception>
    public static EmailContent Deserialize(ReadOnlySpan<byte> utf8) => ReadDocument(utf8).ToContent();

    /// <summary>Does the same as <see cref="Deserialize"/>, and keeps the names of the blobs still to be read.</summary>
    /// <exception cref="InvalidDataException">The same.</exception>
    public static ContentDocument ReadDocument(ReadOnlySpan<byte> utf8)
    {
        try
        {
            RequireVersion(utf8);
            return JsonSerializer.Deserialize(utf8, ContentJson.Default.ContentDocument)!;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("What is stored as the content of an email is no JSON of that kind.", e);
        }
    }

    /// <summary>Refuses unknown versions. The version is always the first field, so the rest need not be understood.</summary>
    private static void RequireVersion(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        if (!reader.Read() || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("v"u8) || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var version))
            throw new InvalidDataException("What is stored as the content of an email does not begin with a version.");
        if (version is < Version or > VersionWithUnsubscribe)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"The content of an email is stored in version {version}, and this deployment reads up to version {VersionWithUnsubscribe}: a newer deployment wrote it."));
        }
    }

    /// <summary>The most bytes that nearly every content takes: a buffer of this size does not have to grow.</summary>
    public static int Estimate(EmailContent content) => Estimate(content, NoBlobs);

    private static int Estimate(EmailContent content, IReadOnlyDictionary<object, string> blobs)
    {
        var files = content.Attachments.Sum(file => (blobs.ContainsKey(file) ? 0 : (file.Bytes.Length + 2L) / 3 * 4) + 1024);
        var texts = new[] { content.Text, content.Html }.Sum(text => text is null || blobs.ContainsKey(text) ? 0L : Encoding.UTF8.GetByteCount(text));
        return checked((int)(files + (texts * 9 / 8) + 16 * 1024));
    }
}
