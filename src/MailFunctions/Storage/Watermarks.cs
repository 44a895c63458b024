using Azure;
using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>
/// Stores the points in time up to which periodic jobs have done their work, by name, in rows of the table Progress. A
/// watermark only moves forward: two parallel runs of a job repeat work, and neither moves the other back.
/// </summary>
internal sealed class Watermarks(TableClient progress)
{
    public const string TableName = "Progress";

    private const string Partition = "watermark";
    private const string To = "to";

    /// <returns>Null if the job has never recorded anything under this name.</returns>
    public async Task<DateTimeOffset?> ReadAsync(string name, CancellationToken cancellationToken) =>
        (await FindAsync(name, cancellationToken))?.GetDateTimeOffset(To)?.ToUniversalTime();

    /// <summary>Moves the watermark to <paramref name="to"/>, unless it is there or beyond. Call it after the work, never before.</summary>
    /// <returns>Its present value.</returns>
    public async Task<DateTimeOffset> AdvanceAsync(string name, DateTimeOffset to, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await FindAsync(name, cancellationToken);
            if (found?.GetDateTimeOffset(To)?.ToUniversalTime() is { } stands && stands >= to)
                return stands;

            var entity = new TableEntity(Partition, name) { [To] = to.ToUniversalTime() };
            try
            {
                if (found is null)
                    await progress.AddEntityAsync(entity, cancellationToken);
                else
                    await progress.UpdateEntityAsync(entity, found.ETag, TableUpdateMode.Replace, cancellationToken);
                return to;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412 || (e.Status == 404 && found is not null))
            {
                // Moved by another run, or by our own write, which had succeeded before the client tried it again: read its value.
            }
        }
    }

    private async Task<TableEntity?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var found = await progress.GetEntityIfExistsAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }
}
