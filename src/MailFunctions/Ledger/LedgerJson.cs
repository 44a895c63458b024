using System.Text.Json.Serialization;

namespace MailFunctions.Ledger;

/// <summary>How lists are kept inside one property of a row. Names are short: fifty recipients share 64 KiB.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<Recipient>))]
[JsonSerializable(typeof(List<Tag>))]
internal sealed partial class LedgerJson : JsonSerializerContext;
