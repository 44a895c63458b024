using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailFunctions.Templates;

/// <summary>The sources of one version of a template.</summary>
/// <param name="Subject">Null when each mail has its own subject.</param>
/// <param name="Text">Null when the text is derived from the html; empty when the mail has no text.</param>
internal sealed record TemplateContent(string? Subject, string? Text, string? Html)
{
    /// <summary>Writes letters unescaped: escaped, they would exceed the bound on the stored size. No browser reads this JSON.</summary>
    private static readonly TemplateContentJson Stored = new(new JsonSerializerOptions(TemplateContentJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The hash of the sources, the same in every process.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Stored.TemplateContent)));

    /// <summary>The number of characters of all parts.</summary>
    [JsonIgnore]
    public int Chars => (Subject?.Length ?? 0) + (Text?.Length ?? 0) + (Html?.Length ?? 0);

    public byte[] Compress()
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            JsonSerializer.Serialize(gzip, this, Stored.TemplateContent);
        return compressed.ToArray();
    }

    public static TemplateContent Decompress(byte[] compressed)
    {
        using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(gzip, Stored.TemplateContent) ?? throw new JsonException("A template is null.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TemplateContent))]
internal sealed partial class TemplateContentJson : JsonSerializerContext;
