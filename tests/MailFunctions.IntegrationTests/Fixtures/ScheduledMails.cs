using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Mails that wait in one shard of the schedule, their first attempt unused, and are due by now.</summary>
internal static class ScheduledMails
{
    /// <param name="lane">Of a mail, by its index.</param>
    /// <param name="apart">Between the moments at which they were accepted: a minute makes each the only one of its ledger partition.</param>
    public static async Task<IReadOnlyList<EmailId>> PutAsync(
        TestApp pipeline, int count, TimeSpan apart, Func<int, Lane> lane, CancellationToken cancellationToken)
    {
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var due = now - TimeSpan.FromSeconds(5);
        var oldest = now - TimeSpan.FromHours(6);
        var ids = Enumerable.Range(0, count).Select(number => MintInFirstShard(oldest + (number * apart))).ToList();
        var schedule = pipeline.Storage.Table(StorageNames.ScheduleTable);
        for (var i = 0; i < count; i++)
        {
            await QueuedMails.InsertAsync(
                pipeline, lane(i), [ids[i]], cancellationToken, (_, row) => row with { State = EmailState.Deferred, DueAt = due, Waits = 1, Reason = "The relay could not be reached." });
            await schedule.AddEntityAsync(ScheduleRow.ToEntity(lane(i), new NamedAttempt(ids[i], 1), due), cancellationToken);
        }

        return ids;
    }

    private static EmailId MintInFirstShard(DateTimeOffset moment)
    {
        while (true)
        {
            if (EmailId.Mint(moment)[0] is { Shard: 0 } id)
                return id;
        }
    }
}
