using System.Collections.Concurrent;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Smtp.Rates;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp.Rates;

/// <summary>Rates hold over all instances, counted at the relay.</summary>
public sealed class RateTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_instances_together_stay_within_the_rate_of_a_relay()
    {
        const int perSecond = 10;
        const int mails = 50;
        await using var relay = new ScriptedSmtpServer();
        var begun = new ConcurrentQueue<TimeSpan>();
        relay.Script = exchange =>
        {
            if (exchange.Verb == "MAIL")
                begun.Enqueue(TimeProvider.System.GetElapsedTime(0));
            return null;
        };
        var account = azurite.TakeAccount();
        await using var one = await StartAsync(account, relay, (TestSettings.Relay("PerSecond"), $"{perSecond}"));
        await using var two = await StartAsync(account, relay, (TestSettings.Relay("PerSecond"), $"{perSecond}"));
        List<EmailId> ids = [.. await QueuedMails.PutAsync(one, Lane.Transactional, mails / 2, Cancellation), .. await QueuedMails.PutAsync(two, Lane.Transactional, mails / 2, Cancellation)];

        await Task.WhenAll(DeliverAllAsync(one, ids), DeliverAllAsync(two, ids));

        var rows = await one.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.All(rows.Values, row => Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt)));
        Assert.Equal(mails, relay.Mails.Count);
        // What a busy machine holds back for a second arrives together with the next second's.
        var most = begun.Max(from => begun.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1)));
        Assert.InRange(most, 2, 2 * perSecond);
        Assert.True(begun.Max() - begun.Min() >= TimeSpan.FromSeconds((mails / (double)perSecond) - 1), $"{begun.Max() - begun.Min()}");
    }

    [Fact]
    public async Task Mail_that_finds_no_slot_waits_until_there_is_one_without_an_attempt()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, (TestSettings.Relay("PerMinute"), "6"));
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Transactional, 4, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Single(relay.Mails);
        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        var sent = rows[ids[0]];
        Assert.Equal(EmailState.Sent, sent.State);
        for (var i = 1; i < 4; i++)
        {
            var row = rows[ids[i]];
            Assert.Equal((EmailState.Deferred, 0, 1, WaitReason.RateLimit), (row.State, row.Attempt, row.Waits, row.WaitingFor));
            Assert.Contains("has had what its limit PerMinute of 6 allows", row.Reason, StringComparison.Ordinal);
            if (i > 1)
                Assert.Equal(TimeSpan.FromSeconds(10.5), row.DueAt - rows[ids[i - 1]].DueAt);
        }

        Assert.False(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
    }

    [Fact]
    public async Task Bulk_mail_that_has_used_up_the_rate_leaves_room_for_a_transactional_mail()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, (TestSettings.Relay("PerMinute"), "40"));
        await QueuedMails.PutAsync(pipeline, Lane.Bulk, 25, Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.InRange(relay.Mails.Count, 1, 8);

        var code = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(code, Cancellation)).State);
    }

    [Fact]
    public async Task A_limit_of_recipients_counts_them()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, (TestSettings.Relay("RecipientsPerDay"), "100"));
        var fifty = string.Join(',', Enumerable.Range(0, 50).Select(i => $"r{i}@example.com"));
        var first = await pipeline.SubmitAsync(TestApp.Mail(fifty), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var second = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(first, Cancellation)).State);
        var waiting = await pipeline.RowAsync(second, Cancellation);
        Assert.Equal((EmailState.Deferred, 0), (waiting.State, waiting.Attempt));
        Assert.Contains("RecipientsPerDay", waiting.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_reservations_never_get_the_same_slot()
    {
        await using var relay = new ScriptedSmtpServer();
        var account = azurite.TakeAccount();
        await using var one = await StartAsync(account, relay);
        await using var two = await StartAsync(account, relay);
        RateLimit[] limits = [new("PerSecond", 10, TimeSpan.FromSeconds(1), RateUnit.Mails), new("PerDay", 10_000, TimeSpan.FromDays(1), RateUnit.Mails)];

        var asked = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? one : two).Get<RelayRates>().ReserveAsync("shared", limits, Lane.Transactional, [1, 1], Cancellation)));

        var slots = asked.SelectMany(slots => slots).Where(slot => slot.IsReserved).Select(slot => slot.At).Order().ToList();
        Assert.InRange(slots.Count, 45, 60);
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromMilliseconds(100)));
    }

    private static Task<TestApp> StartAsync(string account, ScriptedSmtpServer relay, params IEnumerable<(string, string)> settings) =>
        TestApp.On(account).WithRelay(relay).With(settings).StartAsync();

    private static Task DeliverAllAsync(TestApp pipeline, IReadOnlyList<EmailId> ids) => Eventually.NothingIsMissingAsync(async () =>
    {
        while (await CountUnsentAsync(pipeline, ids) is > 0 and var unsent)
        {
            if (!await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
                return $"{unsent} mails are not sent.";
        }

        return null;
    });

    private static async Task<int> CountUnsentAsync(TestApp pipeline, IReadOnlyList<EmailId> ids) =>
        (await pipeline.Ledger.ReadManyAsync(ids, Cancellation)).Values.Count(row => row.State != EmailState.Sent);
}
