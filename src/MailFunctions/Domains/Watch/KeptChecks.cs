using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Domains.Watch;

/// <summary>Keeps the last check of each configured domain, in rows of the table Progress: a few kilobytes each.</summary>
internal sealed class KeptChecks(StorageClients storage)
{
    private const string Partition = "sender-domain";
    private const int Version = 1;

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    /// <returns>Null when the domain was never checked, or a newer version of the app did it.</returns>
    public async Task<KeptCheck?> FindAsync(string domain, CancellationToken cancellationToken)
    {
        var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, domain, cancellationToken: cancellationToken);
        return found.HasValue ? Read(found.Value!) : null;
    }

    public async Task<IReadOnlyList<KeptCheck>> ListAsync(CancellationToken cancellationToken)
    {
        var kept = new List<KeptCheck>();
        await foreach (var row in _progress.QueryAsync<TableEntity>(row => row.PartitionKey == Partition, cancellationToken: cancellationToken))
        {
            if (Read(row) is { } check)
                kept.Add(check);
        }
        return kept;
    }

    /// <summary>Lists what the domains came to, without the findings.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset CheckedAt, string Status)>> ListStatusesAsync(CancellationToken cancellationToken)
    {
        var statuses = new List<(DateTimeOffset CheckedAt, string Status)>();
        await foreach (var row in _progress.QueryAsync<TableEntity>(row => row.PartitionKey == Partition, select: ["v", "at", "status"], cancellationToken: cancellationToken))
        {
            if (row.GetInt32("v") == Version && row.GetDateTimeOffset("at") is { } at && row.GetString("status") is { } status)
                statuses.Add((at, status));
        }
        return statuses;
    }

    public Task PutAsync(KeptCheck check, CancellationToken cancellationToken) => _progress.UpsertEntityAsync(
        new TableEntity(Partition, check.Domain)
        {
            ["v"] = Version,
            ["at"] = check.CheckedAt,
            ["status"] = check.Status,
            ["findings"] = JsonSerializer.Serialize(check.Findings, KeptCheckJson.Default.IReadOnlyListKeptFinding),
        },
        TableUpdateMode.Replace,
        cancellationToken);

    public Task DeleteAsync(string domain, CancellationToken cancellationToken) => _progress.DeleteEntityAsync(Partition, domain, ETag.All, cancellationToken);

    private static KeptCheck? Read(TableEntity row)
    {
        if (row.GetInt32("v") != Version || row.GetString("findings") is not { } findings || row.GetDateTimeOffset("at") is not { } at)
            return null;
        try
        {
            return new KeptCheck(row.RowKey, at, row.GetString("status"), JsonSerializer.Deserialize(findings, KeptCheckJson.Default.IReadOnlyListKeptFinding) ?? []);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
