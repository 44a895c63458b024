using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>Serialises lists into one property of a row. Field names are short: fifty recipients share 64 KiB.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<Recipient>))]
[JsonSerializable(typeof(List<Tag>))]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    /// <summary>Writes characters unescaped: the text is stored, and not put into a page.</summary>
    public static LedgerJson Compact => CompactHolder.Instance;

    /// <summary>Created after <see cref="Default"/>, whose options it takes.</summary>
    private static class CompactHolder
    {
        public static readonly LedgerJson Instance =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
