using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Keys.Quotas;
using MailFunctions.Mail;

namespace MailFunctions.Keys;

/// <summary>The limits of a key as its row stores them: one property, so that a change replaces all of them at once.</summary>
internal sealed record LimitsDocument(
    IReadOnlyList<string> Senders,
    IReadOnlyList<string> Lanes,
    IReadOnlyList<string>? Recipients = null,
    IReadOnlyList<string>? Headers = null,
    IReadOnlyList<string>? Templates = null,
    IReadOnlyList<string>? Networks = null,
    string? Quotas = null)
{
    public static string Write(KeyLimits limits) => JsonSerializer.Serialize(
        new LimitsDocument(
            limits.Senders,
            [.. limits.Lanes.Select(LaneNames.Name)],
            NullIfEmpty(limits.Recipients),
            NullIfEmpty(limits.Headers),
            NullIfEmpty(limits.Templates),
            NullIfEmpty(limits.Networks),
            limits.Quotas.IsNone ? null : limits.Quotas.ToString()),
        LimitsJson.Default.LimitsDocument);

    public static KeyLimits Read(string json)
    {
        var document = JsonSerializer.Deserialize(json, LimitsJson.Default.LimitsDocument) ?? throw new InvalidDataException("The limits of an API key are missing.");
        return new KeyLimits
        {
            Senders = document.Senders,
            Lanes = [.. document.Lanes.Select(LaneNames.Parse)],
            Recipients = document.Recipients ?? [],
            Headers = document.Headers ?? [],
            Templates = document.Templates ?? [],
            Networks = document.Networks ?? [],
            Quotas = QuotaLimits.TryParse(document.Quotas ?? "", out var quotas, out var fault)
                ? quotas
                : throw new InvalidDataException($"The quotas of an API key cannot be read: {fault}."),
        };
    }

    private static IReadOnlyList<string>? NullIfEmpty(IReadOnlyList<string> list) => list.Count == 0 ? null : list;
}

/// <remarks>A member that this version does not know is a limit that it cannot keep, so such a key is refused.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LimitsDocument))]
internal sealed partial class LimitsJson : JsonSerializerContext;
