using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>
/// The wish for one-click unsubscription: as JSON true, or an object with a topic. The email gets the header fields of RFC 8058,
/// and its template the variable <c>unsubscribe_url</c>.
/// </summary>
[Schema("Unsubscribe", Rules = """
    {
      "type": null,
      "required": null,
      "properties": null,
      "additionalProperties": null,
      "oneOf": [
        {"type": "boolean", "description": "True for a link by which the recipient leaves all bulk mail; false for none, where the defaults of a batch have one."},
        {
          "type": "object",
          "required": ["topic"],
          "additionalProperties": false,
          "properties": {
            "topic": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z0-9_-]+$", "description": "What the recipient leaves, such as `newsletter`."}
          }
        }
      ]
    }
    """)]
[JsonConverter(typeof(EmailUnsubscribeConverter))]
public sealed record EmailUnsubscribe
{
    /// <summary>A link by which the recipient leaves all bulk mail.</summary>
    public static readonly EmailUnsubscribe All = new();

    /// <summary>No link, where the defaults of a batch have one.</summary>
    public static readonly EmailUnsubscribe None = new() { IsWished = false };

    /// <summary>The topic that the recipient leaves; null for all bulk mail. 1 to 64 lower-case letters, digits, underscores and dashes.</summary>
    [Length(1, 64)]
    public string? Topic { get; init; }

    internal bool IsWished { get; private init; } = true;

    /// <summary>A link by which the recipient leaves one topic.</summary>
    public static EmailUnsubscribe From(string topic) => new() { Topic = topic };
}

/// <summary>Writes true, false, or an object with the topic.</summary>
internal sealed class EmailUnsubscribeConverter : JsonConverter<EmailUnsubscribe>
{
    public override EmailUnsubscribe? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            return reader.TokenType == JsonTokenType.True ? EmailUnsubscribe.All : EmailUnsubscribe.None;
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("topic", out var topic) && topic.GetString() is { } name
            ? EmailUnsubscribe.From(name)
            : throw new JsonException("An unsubscribe is true, false, or an object with a topic.");
    }

    public override void Write(Utf8JsonWriter writer, EmailUnsubscribe value, JsonSerializerOptions options)
    {
        if (value.Topic is not { } topic)
        {
            writer.WriteBooleanValue(value.IsWished);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("topic"u8, topic);
        writer.WriteEndObject();
    }
}
