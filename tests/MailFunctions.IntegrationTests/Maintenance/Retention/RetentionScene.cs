using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>The pipeline, and a clock that a test takes through days and years.</summary>
internal sealed class RetentionScene : IAsyncDisposable
{
    /// <summary>Longer than the times of the defaults, and what is looked at again is looked at by then.</summary>
    public static readonly TimeSpan ContentIsOver = TimeSpan.FromDays(7.5);

    public static readonly TimeSpan LedgerIsOver = TimeSpan.FromDays(31);

    private RetentionScene(ScriptedSmtpServer relay, MovableClock clock, TestApp pipeline) => (Relay, Clock, Pipeline) = (relay, clock, pipeline);

    public ScriptedSmtpServer Relay { get; }

    public MovableClock Clock { get; }

    public TestApp Pipeline { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RetentionScene> StartAsync(string account)
    {
        var (relay, clock) = (new ScriptedSmtpServer(), new MovableClock());
        clock.MoveTo(TimeProvider.System.GetUtcNow());
        return new RetentionScene(relay, clock, await TestApp.On(account).WithRelay(relay).WithClock(clock).StartAsync());
    }

    public static Task<RetentionScene> StartAsync(AzuriteFixture azurite) => StartAsync(azurite.TakeAccount());

    /// <summary>A mail with an attachment that is a blob.</summary>
    public static string WithFile(string to = "ada@example.com", string lane = "transactional", string more = "") =>
        TestApp.Mail(to, lane, $$""","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(new byte[40 * 1024])}}"}]{{more}}""");

    public async Task<EmailId> SendAsync(string json)
    {
        var id = await Pipeline.SubmitAsync(json, Cancellation);
        await Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent, EmailState.Failed, EmailState.Partial, EmailState.Suppressed);
        return id;
    }

    public Task RunAsync() => Pipeline.Get<RetentionTimer>().RunAsync(Cancellation);

    /// <summary>Lets time go by, and runs the timer then.</summary>
    public Task RunAfterAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return RunAsync();
    }

    /// <summary>As if the statistics had been compiled all the time that went by: nothing has happened in it.</summary>
    public async Task SettleStatisticsAsync()
    {
        foreach (var look in (string[])[StatisticsCompiler.Fresh, StatisticsCompiler.Settling, StatisticsCompiler.Settled])
            await Pipeline.Get<Watermarks>().AdvanceAsync(look, MinutePartition.MinuteOf(Clock.GetUtcNow()), Cancellation);
    }

    public Task<LedgerRow?> FindAsync(EmailId id) => Pipeline.Ledger.ReadAsync(id, Cancellation);

    public async Task DispatchAsync()
    {
        await Pipeline.Get<Dispatcher>().RunAsync(Cancellation);
        foreach (var lane in (Lane[])[Lane.Transactional, Lane.Bulk])
        {
            while (await Pipeline.DeliverNextAsync(lane, Cancellation))
            {
                // The next.
            }
        }
    }

    /// <summary>What stands in a table, by keys.</summary>
    public async Task<List<string>> RowsAsync(string table) => await Pipeline.Storage.Table(table)
        .QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"], cancellationToken: Cancellation)
        .Select(row => $"{row.PartitionKey}/{row.RowKey}").ToListAsync(Cancellation);

    public async Task<List<string>> BlobsAsync() => await Pipeline.Storage.Container(StorageNames.ContentContainer)
        .GetBlobsAsync(cancellationToken: Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
