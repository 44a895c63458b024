using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>Every stage of a session against everything that a peer can do at it: an outcome each, in bounded time, and no connection left.</summary>
public sealed class StageMatrixTests(AzuriteFixture azurite)
{
    private static readonly string[] BeforeClaim = [SmtpExchange.Greeting, "EHLO", "STARTTLS", "AUTH"];
    private static readonly string[] AfterClaim = ["MAIL", "RCPT", "DATA", SmtpExchange.FinalDot];
    private static readonly string[] AfterClaimInChunks = ["MAIL", "RCPT", SmtpExchange.FinalDot];
    private static readonly string[] Deeds = ["2xx", "4xx", "5xx", "garbage", "stall", "reset", "half-close"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string, int, string> Matrix()
    {
        var data = new TheoryData<string, string, string, int, string>();
        foreach (var verb in BeforeClaim)
        {
            foreach (var deed in Deeds)
            {
                // Nothing of the mail has happened: it waits without having used an attempt. The certificate behind a
                // granted STARTTLS is one that nobody trusts.
                var letsIn = deed == "2xx" && verb != "STARTTLS";
                data.Add(verb, deed, letsIn ? "sent" : "deferred", letsIn ? 1 : 0, "");
            }
        }

        foreach (var (keyword, verbs) in new[] { ("", AfterClaim), ("CHUNKING", AfterClaimInChunks) })
        {
            foreach (var (verb, deed) in verbs.SelectMany(verb => Deeds.Select(deed => (verb, deed))))
            {
                data.Add(verb, deed, (verb, deed) switch
                {
                    (_, "2xx") => "sent",
                    (_, "5xx") => "failed",
                    (SmtpExchange.FinalDot, "garbage" or "stall" or "reset" or "half-close") => "uncertain",
                    _ => "deferred",
                }, 1, keyword);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Every_peer_behavior_at_every_stage_has_its_outcome_in_bounded_time(string verb, string deed, string state, int attempts, string keyword)
    {
        var options = new SmtpServerOptions();
        await using var relay = new ScriptedSmtpServer(options with { Keywords = [.. options.Keywords.Where(offered => offered != "STARTTLS"), "STARTTLS", .. keyword.Length == 0 ? [] : new[] { keyword }] });
        relay.Script = exchange => exchange.Verb != verb ? null : deed switch
        {
            "2xx" => null,
            "4xx" => SmtpAction.Reply("451 4.3.0 Not now"),
            "5xx" => SmtpAction.Reply("554 5.7.1 Never"),
            "garbage" => SmtpAction.Garbage("\u0001\u0002 nonsense\r\n"u8),
            "stall" => SmtpAction.Stall,
            "reset" => SmtpAction.Reset,
            _ => SmtpAction.HalfClose,
        };
        await using var pipeline = await TestApp.On(azurite)
            .WithRelayAt($"smtp://user:secret@127.0.0.1:{relay.Port}?starttls={(verb == "STARTTLS" ? "required" : "none")}", ("ReplyTimeout", "00:00:01"), ("FinalReplyTimeout", "00:00:01"), ("ConnectTimeout", "00:00:02"))
            .StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk"), Cancellation);
        var started = TimeProvider.System.GetTimestamp();
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, Hang.After);

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.True(row.State.Name() == state, $"{row.State.Name()}: {row.Reason}");
        Assert.Equal(attempts, row.Attempt);

        // What was handed out came back, and what was kept is a connection that could still be used.
        var line = pipeline.Get<RelayRouter>().Lines[0];
        Assert.Equal((0, state is "sent" or "failed" || deed is "4xx" && attempts == 1 ? 1 : 0), (line.Rented, line.PoolOf(ConnectionUse.Bulk).Idle));
        relay.Release();
    }
}
