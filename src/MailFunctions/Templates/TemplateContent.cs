using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailFunctions.Templates;

/// <summary>The sources of one version of a template.</summary>
/// <param name="Subject">Null when each mail brings its own.</param>
/// <param name="Text">Null when the text is made of the html; empty when there is to be none.</param>
internal sealed record TemplateContent(string? Subject, string? Text, string? Html)
{
    /// <summary>Letters as they are: escaped they take more room than the bound leaves. No browser sees it.</summary>
    private static readonly TemplateContentJson Stored = new(new JsonSerializerOptions(TemplateContentJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The same for the same sources, in any process.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Stored.TemplateContent)));

    /// <summary>Characters of all parts.</summary>
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
