using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Telemetry;

/// <summary>
/// Skips rows that this version of the app cannot read (written by a newer one, or damaged), so that they block no others.
/// </summary>
internal static class UnreadableRow
{
    /// <summary>Reads a row; null, and a log line, if it cannot be read.</summary>
    public static T? ReadOrSkip<T>(TableEntity entity, Func<TableEntity, T> read, string table, ILogger logger)
        where T : class
    {
        try
        {
            return read(entity);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or FormatException or ArgumentException or JsonException)
        {
            logger.UnreadableRow(table, entity.PartitionKey, entity.RowKey);
            return null;
        }
    }
}
