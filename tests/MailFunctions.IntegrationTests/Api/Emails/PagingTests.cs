using System.Collections.Concurrent;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>Following the cursor of <c>GET emails</c> from page to page.</summary>
public sealed class PagingTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Paging_while_1000_mails_arrive_misses_none_and_repeats_none()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var accepted = new ConcurrentBag<EmailId>();
        foreach (var _ in Enumerable.Range(0, 20))
            await ArriveAsync(pipeline, accepted, 10);

        var calls = new ConcurrentQueue<int>(Enumerable.Repeat((int[])[1, 19], 50).SelectMany(count => count));
        var arriving = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (calls.TryDequeue(out var count))
                await ArriveAsync(pipeline, accepted, count);
        }));
        var grewWhilePaging = 0;
        while (!arriving.IsCompleted)
        {
            EmailId[] before = [.. accepted];
            var listed = await WalkAsync(pipeline, "limit=37");
            Assert.Empty(before.Except(listed));
            grewWhilePaging += accepted.Count > before.Length ? 1 : 0;
        }

        await arriving;
        Assert.Equal(accepted.OrderDescending(), await WalkAsync(pipeline, "limit=200"));
        Assert.Equal(1200, accepted.Count);
        Assert.True(grewWhilePaging > 0, "No mail arrived between the first and the last page.");
    }

    [Fact]
    public async Task A_sparse_year_takes_few_requests()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(storage).WithRelay(relay).StartAsync();
        EmailId[] ids = [.. await pipeline.AddAsync("new", Now, Cancellation), .. await pipeline.AddAsync("old", Now.AddDays(-300), Cancellation), .. await pipeline.AddAsync("older", Now.AddDays(-600), Cancellation)];

        var before = storage.Requests.Count;
        var listed = await WalkAsync(pipeline, $"from={Now.AddDays(-700):yyyy-MM-ddTHH:mm:ssZ}");

        Assert.Equal(ids, listed);
        Assert.InRange(storage.Requests.Count - before, 16, 12 * 16);
    }

    [Fact]
    public async Task A_page_of_a_dense_minute_knows_from_the_page_before_how_dense_it_is()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(storage).WithRelay(relay).StartAsync();
        var ids = new List<EmailId>();
        for (var second = 0; second < 30; second++)
            ids.AddRange(await pipeline.AddAsync("dense", Now.AddSeconds(-second), Cancellation, count: 100));

        var first = (await pipeline.ListAsync("limit=50", Cancellation)).Require(StatusCodes.Status200OK);
        var before = storage.Requests.Count;
        var next = (await pipeline.ListAsync($"limit=50&after={first.After}", Cancellation)).Require(StatusCodes.Status200OK);
        // One look, or two. A shard with more rows than an answer has takes several requests for one look.
        var asked = storage.Requests.Skip(before).Where(request => !request.Query.Contains("NextPartitionKey=", StringComparison.Ordinal)).Select(request => request.Operation + request.Query).ToList();
        Assert.True(asked.Count is >= 16 and <= 32, string.Join('\n', asked));

        Assert.Equal(ids.OrderDescending().Take(100), [.. first.Emails, .. next.Emails]);
        Assert.Equal(ids.OrderDescending(), await WalkAsync(pipeline, "limit=200"));
    }

    [Fact]
    public async Task Paging_lists_more_mails_of_one_millisecond_than_one_scan_returns()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var ids = await pipeline.AddAsync("together", Now, Cancellation, count: ScanWidth.Many + 1);

        Assert.Equal(ids.OrderDescending(), await WalkAsync(pipeline, "limit=200"));
    }

    [Fact]
    public async Task A_list_call_out_of_time_returns_a_short_page_and_a_cursor()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        EmailId[] ids = [.. await pipeline.AddAsync("new", Now, Cancellation), .. await pipeline.AddAsync("old", Now.AddDays(-20), Cancellation)];
        var clock = new HurriedClock();
        var slow = new LedgerList(new LedgerScan(pipeline.Get<LedgerRange>(), clock), pipeline.Get<BatchIndex>(), clock);

        var pages = new List<EmailPage>();
        string? after = null;
        do
        {
            ScanCursor? cursor = null;
            Assert.True(after is null || ScanCursor.TryParse(after, out cursor));
            pages.Add(await slow.ReadAsync(new EmailListQuery { AfterScan = cursor }, Cancellation));
            after = pages[^1].After;
        }
        while (after is not null);

        Assert.Contains(pages, page => page.Rows.Count == 0);
        Assert.Equal(ids, pages.SelectMany(page => page.Rows).Select(row => row.Id));
    }

    /// <summary>All pages: each goes on below the one before.</summary>
    private static async Task<List<EmailId>> WalkAsync(TestApp pipeline, string query)
    {
        var listed = new List<EmailId>();
        string? after = null;
        do
        {
            var page = (await pipeline.ListAsync(after is null ? query : $"{query}&after={after}", Cancellation)).Require(StatusCodes.Status200OK);
            listed.AddRange(page.Emails);
            after = page.After;
        }
        while (after is not null);

        Assert.Equal(listed.Distinct().OrderDescending(), listed);
        return listed;
    }

    private static async Task ArriveAsync(TestApp pipeline, ConcurrentBag<EmailId> accepted, int count)
    {
        if (count == 1)
        {
            accepted.Add(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation));
            return;
        }

        var batch = (await pipeline.SubmitBatchAsync($"[{string.Join(',', Enumerable.Repeat(TestApp.Mail(), count))}]", Cancellation)).Require(StatusCodes.Status202Accepted);
        foreach (var id in batch.Emails)
            accepted.Add(id);
    }

    /// <summary>Between any two looks at its stamp, more than half of the time of a call goes by. Its hour is the system's, at which a list begins.</summary>
    private sealed class HurriedClock : TimeProvider
    {
        private long _timestamp;

        public override long GetTimestamp() => Interlocked.Add(ref _timestamp, (long)(ScanBudget.Time.TotalSeconds * 0.6 * TimestampFrequency));
    }
}
