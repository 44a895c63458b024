using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Spares the tests the waiting: what lies in the future is taken into the past, as if the time had gone by.</summary>
internal static class TimeTravel
{
    private static DateTimeOffset Past => TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(5);

    /// <summary>Changes a mail's due time, and all that the schedule holds.</summary>
    public static async Task MakeDueAsync(StorageClients storage, EmailId id, CancellationToken cancellationToken)
    {
        var ledger = new EmailLedger(storage, NullLogger<EmailLedger>.Instance);
        var row = (await ledger.ReadAsync(id, cancellationToken))!;
        Assert.NotNull(await ledger.TryUpdateAsync(row with { DueAt = Past }, cancellationToken));
        await MakeScheduleDueAsync(storage, cancellationToken);
    }

    /// <summary>Changes what the schedule holds and no mail: what comes from it finds its mail settled, or not due.</summary>
    public static async Task MakeScheduleDueAsync(StorageClients storage, CancellationToken cancellationToken)
    {
        var schedule = storage.Table(StorageNames.ScheduleTable);
        foreach (var waiting in await schedule.QueryAsync<TableEntity>(cancellationToken: cancellationToken).Select(ScheduleRow.FromEntity).ToListAsync(cancellationToken))
        {
            await schedule.AddEntityAsync(ScheduleRow.ToEntity(waiting.Lane, waiting.Mail, Past), cancellationToken);
            await schedule.DeleteEntityAsync(waiting.PartitionKey, waiting.RowKey, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Makes the attempt now that a mail waits for.</summary>
    public static async Task<LedgerRow> AttemptNowAsync(TestApp pipeline, EmailId id, CancellationToken cancellationToken)
    {
        await MakeDueAsync(pipeline.Storage, id, cancellationToken);
        var row = await pipeline.RowAsync(id, cancellationToken);
        await pipeline.Get<LaneQueues>().PutAsync(row.Lane, [NamedAttempt.NextOf(row)], TimeSpan.Zero, cancellationToken);
        Assert.True(await pipeline.DeliverNextAsync(row.Lane, cancellationToken));
        return await pipeline.RowAsync(id, cancellationToken);
    }
}
