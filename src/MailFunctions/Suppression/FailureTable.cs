using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>
/// The table RecipientFailures: the mails that failed softly for an address since its last success. Its keys are those of the
/// suppression list, so it holds no address; a row exists only for an address with failures.
/// </summary>
internal sealed class FailureTable(StorageClients storage, ILogger<FailureTable> logger)
{
    /// <summary>The most mails that a row names.</summary>
    public const int MostMails = 20;

    private const string Mails = "mails";

    private readonly TableClient _table = storage.Table(StorageNames.RecipientFailuresTable);

    /// <returns>No failures, and no ETag, when there is no row. A row that cannot be read counts as one without failures.</returns>
    public async Task<(IReadOnlyList<SoftFailure> Failures, ETag? ETag)> ReadAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        return found.HasValue
            ? (UnreadableRow.ReadOrSkip(found.Value!, Parse, StorageNames.RecipientFailuresTable, logger) ?? [], found.Value!.ETag)
            : ([], null);
    }

    /// <param name="etag">Of the row as it was read; null when there was none.</param>
    /// <returns>False when another wrote in between.</returns>
    public async Task<bool> TryWriteAsync(SuppressionKey key, IReadOnlyList<SoftFailure> failures, DateTimeOffset expiresAt, ETag? etag, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(key.PartitionKey, key.RowKey)
        {
            ["v"] = 1,
            [Mails] = string.Join(',', failures.TakeLast(MostMails).Select(failure => string.Create(CultureInfo.InvariantCulture, $"{failure.Mail}:{failure.At.UtcTicks}"))),
            ["expires_at"] = expiresAt,
        };
        try
        {
            if (etag is { } standing)
                await _table.UpdateEntityAsync(entity, standing, TableUpdateMode.Replace, cancellationToken);
            else
                await _table.AddEntityAsync(entity, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412 || (changed.Status == 404 && etag is not null))
        {
            return false;
        }
    }

    /// <summary>Deletes a row; no error when it is already gone.</summary>
    public Task RemoveAsync(SuppressionKey key, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(key.PartitionKey, key.RowKey, ETag.All, cancellationToken);

    /// <summary>Enumerates the addresses with failures.</summary>
    public async IAsyncEnumerable<SuppressionKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.QueryAsync<TableEntity>(select: ["RowKey"], cancellationToken: cancellationToken))
        {
            if (SuppressionKey.TryParse(row.RowKey, out var key))
                yield return key;
        }
    }

    private static SoftFailure[] Parse(TableEntity row) =>
    [
        .. (row.GetString(Mails) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split(':') is [var mail, var ticks]
            ? new SoftFailure(mail, new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero))
            : throw new InvalidDataException($"Row {row.PartitionKey}/{row.RowKey} of RecipientFailures was written by a newer version of the app.")),
    ];
}

/// <summary>A mail that was not delivered to an address, for a reason that may pass.</summary>
/// <param name="Mail">Its id.</param>
internal readonly record struct SoftFailure(string Mail, DateTimeOffset At);
