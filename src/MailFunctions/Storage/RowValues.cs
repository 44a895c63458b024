using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>
/// Converts values of table properties. Rows are written with Merge, which cannot remove a property, so "none" is a value
/// of its own: an empty string, or the earliest time that the Table service can hold.
/// </summary>
internal static class RowValues
{
    private static readonly DateTimeOffset NoTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Time(DateTimeOffset? time) => time?.ToUniversalTime() ?? NoTime;

    public static DateTimeOffset RequiredTime(this TableEntity entity, string name) =>
        entity.GetDateTimeOffset(name) ?? throw Missing(entity, name);

    public static DateTimeOffset? OptionalTime(this TableEntity entity, string name) =>
        entity.GetDateTimeOffset(name) is { } time && time != NoTime ? time : null;

    public static string RequiredText(this TableEntity entity, string name) =>
        entity.GetString(name) ?? throw Missing(entity, name);

    public static string? OptionalText(this TableEntity entity, string name) =>
        entity.GetString(name) is { Length: > 0 } text ? text : null;

    private static InvalidDataException Missing(TableEntity entity, string name) =>
        new($"Row {entity.PartitionKey}/{entity.RowKey} has no property '{name}'.");
}
