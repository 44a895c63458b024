using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Audit;

/// <summary>Maps entries and results to rows of the table Audit.</summary>
internal static class AuditMapping
{
    private const int Version = 1;
    private const string Status = "status";

    public static TableEntity ToEntity(AuditEntry entry)
    {
        var row = new TableEntity(entry.Key.PartitionKey, entry.Key.RowKey)
        {
            ["v"] = Version,
            ["at"] = entry.At,
            ["who"] = entry.Who,
            ["call"] = entry.Call,
            ["target"] = entry.Target,
            ["network"] = entry.Network ?? "",
        };
        if (entry.Result is { } result)
            Put(row, result);
        return row;
    }

    public static TableEntity ToEntity(AuditKey key, AuditResult result)
    {
        var row = new TableEntity(key.PartitionKey, key.ResultRowKey) { ["v"] = Version };
        Put(row, result);
        return row;
    }

    public static AuditEntry FromEntity(TableEntity row, AuditKey key) => new()
    {
        Key = key,
        Who = row.RequiredText("who"),
        Call = row.RequiredText("call"),
        Target = row.RequiredText("target"),
        Network = row.OptionalText("network"),
        StoredAt = row.Timestamp?.ToUniversalTime() ?? key.At,
        Result = row.ContainsKey(Status) ? ResultOf(row) : null,
    };

    public static AuditResult ResultOf(TableEntity row) => new(
        row.GetInt32(Status) ?? throw new InvalidDataException($"Row {row.PartitionKey}/{row.RowKey} has no status."),
        row.OptionalText("error"),
        row.RequiredTime("completed_at"))
    {
        Target = row.OptionalText("made"),
    };

    private static void Put(TableEntity row, AuditResult result)
    {
        row[Status] = result.Status;
        row["error"] = result.Error ?? "";
        row["completed_at"] = RowValues.Time(result.At);
        row["made"] = result.Target ?? "";
    }
}
