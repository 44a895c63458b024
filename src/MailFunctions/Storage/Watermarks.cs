using Azure;
using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>
/// Points in time up to which a periodic job has done its work, by name; rows of the table Progress. A watermark only
/// ever moves forward: two that run the same job at once repeat work, and neither takes the other back.
/// </summary>
internal sealed class Watermarks(TableClient progress)
{
    public const string TableName = "Progress";

    private const string Partition = "watermark";
    private const string To = "to";

    /// <returns>Null when the job has never recorded anything under this name.</returns>
    public async Task<DateTimeOffset?> ReadAsync(string name, CancellationToken cancellationToken) =>
        (await FindAsync(name, cancellationToken))?.GetDateTimeOffset(To)?.ToUniversalTime();

    /// <summary>Moves the watermark to <paramref name="to"/>, unless it stands there or beyond. Call it after the work, never before.</summary>
    /// <returns>Where it stands now.</returns>
    public async Task<DateTimeOffset> AdvanceAsync(string name, DateTimeOffset to, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await FindAsync(name, cancellationToken);
            if (found?.GetDateTimeOffset(To)?.ToUniversalTime() is { } stands && stands >= to) return stands;

            var entity = new TableEntity(Partition, name) { [To] = to.ToUniversalTime() };
            try
            {
                if (found is null) await progress.AddEntityAsync(entity, cancellationToken);
                else await progress.UpdateEntityAsync(entity, found.ETag, TableUpdateMode.Replace, cancellationToken);
                return to;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 || (e.Status == 404 && found is not null))
            {
                // Another moved it, or our own write had succeeded before the client tried it again: look where it stands.
            }
        }
    }

    private async Task<TableEntity?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await progress.GetEntityIfExistsAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
