using System.Collections.Concurrent;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.IntegrationTests.Smtp.Rates;

/// <summary>A rate as the relay counts it, which counts what arrives: every MAIL that it hears, whenever its slot was.</summary>
public sealed class RateArrivalTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly RateLimit Limit = new("PerMinute", 20, Minute, RateUnit.Mails);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>On a clock that the test drives: it stands still while anything is being done.</summary>
    [Fact]
    public async Task The_relays_rate_limit_holds_in_every_minute_despite_delays_of_two_seconds()
    {
        const int instances = 3;
        const int mails = 60;
        await using var server = new ScriptedSmtpServer();
        var clock = new WatchedClock(Start);
        var arrived = new ConcurrentQueue<DateTimeOffset>();
        server.Script = exchange =>
        {
            if (exchange.Verb == "MAIL")
                arrived.Enqueue(clock.GetUtcNow());
            return null;
        };
        await using var pipeline = await TestApp.On(azurite).WithRelay(server).StartAsync();
        var left = new ConcurrentQueue<EmailId>(EmailId.Mint(Start, mails));

        await clock.DriveAsync([.. Enumerable.Range(0, instances).Select(_ => SendAllAsync(pipeline, clock, left))]);

        Assert.Equal(mails, arrived.Count);
        Assert.InRange(arrived.Max(from => arrived.Count(at => at >= from && at < from + Minute)), 17, Limit.Count);
        // The margin costs a twentieth, and lapsed slots and the last mails something.
        Assert.InRange(arrived.Max() - arrived.Min(), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4.5));
    }

    [Fact]
    public async Task A_mail_retried_over_a_fresh_connection_takes_a_slot_for_each_MAIL()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(server, ("PerMinute", "40")).StartAsync();
        var limits = pipeline.Get<RelayRouter>().Lines[0].Relay.Limits;
        var first = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(first, Cancellation, EmailState.Sent);
        var before = (await pipeline.Get<RateTable>().ReadAsync("relay", limits, DateTime.MaxValue.Ticks / 2, Cancellation)).States[0].Arrival;

        server.Script = exchange => exchange is { Verb: "MAIL", Connection: 1 } ? SmtpAction.Reset : null;
        var second = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        var row = await pipeline.DeliverUntilAsync(second, Cancellation, EmailState.Sent);

        Assert.Equal(1, row.Attempt);
        Assert.Equal(3, server.Exchanges.Count(exchange => exchange.Verb == "MAIL"));
        var after = (await pipeline.Get<RateTable>().ReadAsync("relay", limits, DateTime.MaxValue.Ticks / 2, Cancellation)).States[0].Arrival;
        Assert.InRange(after - before, 2 * Gcra.Of(limits[0]).Interval, long.MaxValue);
    }

    /// <summary>One instance with one connection: it takes slots for three mails together, as a window does, and sends one after the other.</summary>
    private static async Task SendAllAsync(TestApp pipeline, WatchedClock clock, ConcurrentQueue<EmailId> left)
    {
        using var rates = new RelayRates(new RateTable(pipeline.Storage), clock);
        var pacing = new Pacing(rates, pipeline.Get<Deferrals>(), clock, NullLogger<Pacing>.Instance);
        var relay = pipeline.Get<RelayRouter>().Lines[0].Relay with { Limits = [Limit], MaxMailsPerConnection = 1_000 };
        using var authenticator = new Authenticator(relay, TokenCredentials.Create, TimeProvider.System);
        await using var session = await RelaySession.OpenAsync(relay, authenticator, pipeline.Get<SmtpTelemetry>(), TimeProvider.System, Cancellation);
        while (!left.IsEmpty)
        {
            var slots = await rates.ReserveAsync(relay.Name, relay.Limits, Lane.Transactional, [1, 1, 1], Cancellation);
            foreach (var slot in slots)
            {
                if (!left.TryDequeue(out var id))
                    return;
                var mail = Mail(pipeline, id);
                if (slot.IsReserved)
                    mail.Reserve(new PacedSlot(relay.Name, slot.At));
                await AwaitAsync(pacing, mail, relay, clock);
                // The worst ways: the longest at the beginning of each minute, none after it.
                if ((clock.GetUtcNow() - Start).TotalSeconds % 60 < 6)
                    await Task.Delay(slot.IsReserved ? TimeSpan.FromSeconds(1) : RateRules.LongestWay, clock, Cancellation);
                using var message = MessageComposer.Compose(mail.Row.Id, mail.Content, Start);
                await session.SendAsync(mail.Addressees.Envelope, message, () => { }, Cancellation);
            }
        }
    }

    private static async Task AwaitAsync(Pacing pacing, ClaimedMail mail, Relay relay, WatchedClock clock)
    {
        while (await pacing.AwaitAsync(mail, relay) is { } full)
            await Task.Delay(full.Wait, clock, Cancellation);
    }

    private static ClaimedMail Mail(TestApp pipeline, EmailId id)
    {
        var row = QueuedMails.Row(id, Lane.Transactional);
        var content = new EmailContent
        {
            From = new EmailAddress("", "shop", "example.org"),
            To = [new EmailAddress("", "ada", "example.com")],
            Subject = "Hello",
            Text = "Hello you",
        };
        return new ClaimedMail(row, content, pipeline.Get<SandboxRules>().AddresseesOf(row));
    }
}
