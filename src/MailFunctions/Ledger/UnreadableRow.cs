using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>A row that this version of the app cannot read, as a newer one wrote it or something broke it: it must not stop the others.</summary>
internal static class UnreadableRow
{
    /// <summary>What the row says; null, and a line in the log, when it cannot be read.</summary>
    public static T? ReadOrSkip<T>(TableEntity entity, Func<TableEntity, T> read, string table, ILogger logger)
        where T : class
    {
        try
        {
            return read(entity);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException or ArgumentException or JsonException)
        {
            logger.UnreadableRow(table, entity.PartitionKey, entity.RowKey);
            return null;
        }
    }
}
