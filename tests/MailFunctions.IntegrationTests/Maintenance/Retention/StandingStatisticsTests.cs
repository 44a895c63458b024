using Azure;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Statistics;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>Mail waits for the statistics that are made of it, but not for ever; and what cannot be read stops neither.</summary>
public sealed class StandingStatisticsTests(AzuriteFixture azurite)
{
    private const int PurgedWithoutStatistics = 3005;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_that_was_not_compiled_yet_stays_beyond_its_time_and_goes_when_it_was()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);

        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        await scene.RunAfterAsync(TimeSpan.FromDays(2));
        Assert.NotNull((await scene.FindAsync(id))!.ContentPurgedAt);
        Assert.False(IsToldOf(scene));

        await scene.SettleStatisticsAsync();
        await scene.RunAfterAsync(TimeSpan.FromHours(13));
        Assert.Null(await scene.FindAsync(id));
        Assert.False(IsToldOf(scene));
    }

    [Fact]
    public async Task Statistics_stalled_for_another_week_no_longer_block_the_purge_which_logs_it()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);

        await scene.RunAfterAsync(PurgeBound.LongestWait);

        Assert.Null(await scene.FindAsync(id));
        Assert.True(IsToldOf(scene));
    }

    [Fact]
    public async Task An_event_that_this_version_cannot_read_is_passed_over_and_the_statistics_go_on()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var (newer, known) = (await scene.SendAsync(TestApp.Mail()), await scene.SendAsync(TestApp.Mail()));
        await MakeNewerAsync(scene, StorageNames.EventsTable, (await scene.FindAsync(newer))!.EventOfAttempt(1));

        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);

        var day = Bucket.Of(Granularity.Day, known.MintedAt);
        var (_, row) = await scene.Pipeline.Get<StatisticsTable>().ReadAsync(day, Bucket.Of(Granularity.Day, day.Start.AddDays(2)), Dimension.Total, Cancellation).FirstAsync(Cancellation);
        Assert.Equal(1, row.Measures[Measure.Sent]);
        Assert.Contains(scene.Pipeline.Logs.All, line => line.Text.Contains(newer.ToString(), StringComparison.Ordinal) && line.Text.Contains(StorageNames.EventsTable, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unreadable_held_mail_keeps_its_entry_and_hides_no_other()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var ids = EmailId.Mint(scene.Clock.GetUtcNow(), 2);
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, ids, Cancellation, (_, row) => row with { State = EmailState.Dead, EndedAt = row.AcceptedAt });
        foreach (var id in ids)
            await scene.Pipeline.Get<HeldIndex>().AddAsync(id, EmailState.Dead, id.MintedAt, Cancellation);
        await MakeNewerAsync(scene, StorageNames.EmailsTable, new EventKey(ids[1].PartitionKey, ids[1].RowKey));

        Assert.Equal([ids[0]], await HeldAsync());
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        Assert.Equal([ids[0]], await HeldAsync());
        Assert.Equal(2, (await scene.RowsAsync(StorageNames.HeldTable)).Count);

        async Task<List<EmailId>> HeldAsync() => await scene.Pipeline.Get<HeldMails>()
            .WalkAsync([EmailState.Dead], null, Cancellation).Select(one => one.Row?.Id).Where(id => id is not null).Select(id => id!.Value).ToListAsync(Cancellation);
    }

    private static bool IsToldOf(RetentionScene scene) => scene.Pipeline.Logs.Count(PurgedWithoutStatistics) > 0;

    private static Task MakeNewerAsync(RetentionScene scene, string table, EventKey key) => scene.Pipeline.Storage.Table(table)
        .UpdateEntityAsync(new TableEntity(key.PartitionKey, key.RowKey) { ["v"] = 99 }, ETag.All, TableUpdateMode.Merge, Cancellation);
}
