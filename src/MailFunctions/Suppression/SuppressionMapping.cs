using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Suppression;

/// <summary>Maps a <see cref="SuppressionEntry"/> to its row in the table Suppressions and back.</summary>
internal static class SuppressionMapping
{
    public const int Version = 1;

    /// <summary>The columns of a row that a snapshot needs.</summary>
    public static readonly IReadOnlyList<string> OfSnapshot = ["PartitionKey", "RowKey", "v", "reason", "scope", "created_at", "expires_at", "mail"];

    public static TableEntity ToEntity(SuppressionEntry entry)
    {
        var key = entry.Key;
        var entity = new TableEntity(key.PartitionKey, key.RowKey)
        {
            ["v"] = Version,
            ["address"] = entry.Address,
            ["reason"] = entry.Reason.Name(),
            ["scope"] = entry.Scope.Name(),
            ["created_at"] = RowValues.Time(entry.CreatedAt),
            ["expires_at"] = RowValues.Time(entry.ExpiresAt),
            ["note"] = entry.Note ?? "",
            ["mail"] = entry.Mail ?? "",
        };
        // A row without a topic is written as earlier versions write it.
        if (entry.Topic is { } topic)
            entity["topic"] = topic;
        return entity;
    }

    public static SuppressionEntry FromEntity(TableEntity entity)
    {
        if (entity.GetInt32("v") is not { } version || version > Version
            || !SuppressionWords.TryParse(entity.GetString("reason"), out SuppressionReason reason)
            || !SuppressionWords.TryParse(entity.GetString("scope"), out SuppressionScope scope))
        {
            throw new InvalidDataException($"Row {entity.PartitionKey}/{entity.RowKey} of Suppressions was written by a newer version of the app.");
        }

        var entry = new SuppressionEntry(
            entity.GetString("address") ?? "", reason, scope, entity.RequiredTime("created_at"), entity.OptionalTime("expires_at"), entity.OptionalText("note"))
        {
            Mail = entity.OptionalText("mail"),
            Topic = entity.OptionalText("topic"),
        };
        return SuppressionKey.TryParse(entity.RowKey, out var key) ? entry with { Key = key } : entry;
    }
}
