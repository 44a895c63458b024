using System.Security.Cryptography;
using System.Text;
using MailFunctions.Api.Statistics;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Erasure;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Suppression;

/// <summary>No envelope names whom the list names, and everybody can see that.</summary>
public sealed class SuppressedDeliveryTests(AzuriteFixture azurite)
{
    /// <summary>Each delivery looks at the list as it is.</summary>
    private static readonly SuppressionAges AlwaysNew = SuppressionAges.Default with { Fresh = TimeSpan.Zero };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_suppressed_recipient_is_left_out_and_the_other_gets_the_mail()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("Ada%2FL@Example.com", """{"reason":"complaint"}""");

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada/l@example.com,bob@example.net"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        Assert.Equal(["bob@example.net"], Assert.Single(relay.Mails).Recipients);
        var answer = await pipeline.ReadAsync(id, Cancellation);
        var recipient = answer.GetProperty("recipients")[0];
        Assert.Equal(("suppressed", "local"), (recipient.GetProperty("status").GetString(), recipient.GetProperty("reply").GetProperty("stage").GetString()));
        Assert.StartsWith("On the suppression list: complaint, since 20", recipient.GetProperty("reply").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("sent", answer.GetProperty("recipients")[1].GetProperty("status").GetString());
        Assert.Equal("partial 1 of 1, suppressed 1", await CountedAsync(pipeline));
        Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("ada/l", StringComparison.OrdinalIgnoreCase) || line.Text.Contains("ada%2Fl", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Such an address looks the same, and is another.</summary>
    [Theory]
    [InlineData("ada\u034F@example.com")]
    [InlineData("ada\uFE0F@example.com")]
    [InlineData("ada\u200D@example.com")]
    [InlineData("ada\u200C@example.com")]
    [InlineData("ada\u3164@example.com")]
    [InlineData("a\u00ADda@example.com")]
    [InlineData("ada\U000E0100@example.com")]
    public async Task An_address_with_invisible_characters_is_refused_in_mails_imports_and_erasures(string address)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com");

        (await pipeline.SubmitOneAsync(TestApp.Mail(address), Cancellation)).Require(422);
        Assert.Equal(StatusCodes.Status422UnprocessableEntity, (await pipeline.CallAsync((calls, request) => calls.ImportAsync(request, Caller.Operator, Cancellation), $$"""{"suppressions":[{"address":"{{address}}"}]}""")).Status);
        var (erased, _, _) = await pipeline.AnswerAsync(
            context => pipeline.Get<RecipientEraser>().EraseAsync(context.Request, Caller.Operator, Cancellation), Cancellation, Encoding.UTF8.GetBytes($$"""{"address":"{{address}}","dry_run":true}"""));
        Assert.Equal(StatusCodes.Status422UnprocessableEntity, erased);
    }

    [Fact]
    public async Task With_every_recipient_on_the_list_nothing_is_sent_and_the_mail_is_suppressed()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.ImportAsync(["ada@example.com", "bob@example.net"]);

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.net"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Suppressed);

        Assert.Empty(relay.Mails);
        Assert.Equal(0, relay.Connections);
        Assert.Equal((0, "Every recipient is on the suppression list."), (row.Attempt, row.Reason));
        Assert.Equal(EmailState.Suppressed, (await pipeline.Events.ReadAsync(row.Ending!, Cancellation))!.State);
        Assert.Equal("suppressed 1 of 1, suppressed 2", await CountedAsync(pipeline));
    }

    [Theory]
    [InlineData("jos\u00E9@example.com", "jose\u0301@example.com")]
    [InlineData("jose\u0301@example.com", "jos\u00E9@example.com")]
    [InlineData("ada@example.com", "\uFF21\uFF24\uFF21@example.com")]
    public async Task An_equivalent_spelling_of_a_suppressed_address_is_suppressed_too(string suppressed, string mailed)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync(suppressed);

        var id = await pipeline.SubmitAsync(TestApp.Mail(mailed), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Suppressed);

        Assert.Empty(relay.Mails);
        Assert.Equal(StatusCodes.Status204NoContent, await pipeline.AllowAsync(mailed));
        Assert.Equal(StatusCodes.Status404NotFound, await pipeline.AllowAsync(suppressed));
    }

    /// <summary>Rows and mail of a version that kept local parts as they were given.</summary>
    [Theory]
    [InlineData("jose\u0301@example.com", "jos\u00E9@example.com")]
    [InlineData("jose\u0301@example.com", "jose\u0301@example.com")]
    [InlineData("jos\u00E9@example.com", "jose\u0301@example.com")]
    public async Task An_entry_of_an_earlier_version_is_found_shown_replaced_and_deleted(string stored, string mailed)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var table = pipeline.Storage.Table(StorageNames.SuppressionsTable);
        async Task StoreAsync()
        {
            var entity = SuppressionMapping.ToEntity(new SuppressionEntry(stored, SuppressionReason.Complaint, SuppressionScope.All, DateTimeOffset.UnixEpoch, null, null));
            entity.RowKey = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stored)))[..32];
            entity.PartitionKey = entity.RowKey[..1];
            await table.UpsertEntityAsync(entity, cancellationToken: Cancellation);
        }

        await StoreAsync();
        var id = (await QueuedMails.PutAsync(pipeline, Lane.Bulk, 1, Cancellation, (_, row) => row with { Recipients = [row.Recipients[0] with { Mailbox = mailed }] }))[0];
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Suppressed);
        Assert.Empty(relay.Mails);
        Assert.Equal("complaint", (await pipeline.CallAsync((calls, request) => calls.ReadAsync(mailed, request, Caller.Operator, Cancellation))).Body.GetProperty("reason").GetString());

        await pipeline.SuppressAsync(mailed, """{"scope":"bulk"}""");
        var listed = (await pipeline.CallAsync((calls, request) => calls.ListAsync(request, Caller.Operator, Cancellation))).Body.GetProperty("data");
        Assert.Equal("bulk", Assert.Single(listed.EnumerateArray()).GetProperty("scope").GetString());

        await StoreAsync();
        Assert.Equal(StatusCodes.Status204NoContent, await pipeline.AllowAsync(mailed));
        Assert.Empty((await pipeline.CallAsync((calls, request) => calls.ListAsync(request, Caller.Operator, Cancellation))).Body.GetProperty("data").EnumerateArray());
    }

    [Theory]
    [InlineData("transactional", nameof(EmailState.Sent))]
    [InlineData("bulk", nameof(EmailState.Suppressed))]
    public async Task The_scope_bulk_stops_newsletters_alone(string lane, string state)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com", """{"reason":"unsubscribe","scope":"bulk"}""");

        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: lane), Cancellation);

        await pipeline.DeliverUntilAsync(id, Cancellation, Enum.Parse<EmailState>(state));
    }

    [Fact]
    public async Task A_deleted_or_expired_suppression_stops_no_mail()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com");
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        await pipeline.Get<SuppressionWriter>().PutAsync(
            [new SuppressionEntry("bob@example.com", SuppressionReason.Bounce, SuppressionScope.All, now.AddDays(-2), now.AddSeconds(-1), null)], Cancellation);
        Assert.Equal(EmailState.Suppressed, (await SentTo(pipeline, "ada@example.com")).State);

        Assert.Equal(StatusCodes.Status204NoContent, await pipeline.AllowAsync("ada@example.com"));

        Assert.Equal(EmailState.Sent, (await SentTo(pipeline, "ada@example.com")).State);
        Assert.Equal(EmailState.Sent, (await SentTo(pipeline, "bob@example.com")).State);
    }

    [Fact]
    public async Task An_entry_that_is_put_while_a_mail_waits_takes_effect_at_its_next_attempt()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "grey" } ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,grey@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        await pipeline.SuppressAsync("grey@example.com");
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Suppressed], row.Recipients.Select(recipient => recipient.Status));
        Assert.Equal((1, "The recipients that were left are on the suppression list."), (row.Attempt, row.Reason));
        Assert.Equal(["ada@example.com"], Assert.Single(relay.Mails).Recipients);
        Assert.Equal("partial 1 of 1, suppressed 1", await CountedAsync(pipeline));
    }

    [Fact]
    public async Task A_suppressed_recipient_is_recorded_with_the_claim()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null;
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com");
        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com"), Cancellation);

        var delivering = pipeline.DeliverNextAsync(Lane.Transactional, Cancellation);
        await relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);
        var row = await pipeline.RowAsync(id, Cancellation);
        relay.Script = _ => null;
        relay.Release();
        await delivering;

        Assert.Equal((EmailState.Sending, RecipientStatus.Suppressed, RecipientStatus.Pending), (row.State, row.Recipients[0].Status, row.Recipients[1].Status));
        Assert.Equal(EmailState.Partial, (await pipeline.RowAsync(id, Cancellation)).State);
    }

    [Fact]
    public async Task A_recipient_that_was_left_out_stays_out_of_every_retry()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", Mail: <= 1 } ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com");
        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com"), Cancellation);
        var deferred = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);
        Assert.Equal("RcptTo: 450 4.2.1 Busy", deferred.Reason);

        await pipeline.AllowAsync("ada@example.com");
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        Assert.Equal(["bob@example.com"], Assert.Single(relay.Mails).Recipients);
        Assert.Equal("partial 1 of 1, suppressed 1", await CountedAsync(pipeline));
    }

    [Fact]
    public async Task While_the_list_cannot_be_read_no_mail_is_sent_and_none_is_to_blame()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await scene.SubmitAsync(TestApp.Mail());
        scene.Storage.Faults = request => request.Name is StorageNames.SuppressionsTable or StorageNames.SuppressionChangesTable ? StorageFault.Refuse : StorageFault.None;

        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => scene.DeliverAsync(Lane.Transactional));

        var row = await scene.RowAsync();
        Assert.Equal((EmailState.Queued, 0, 0), (row.State, row.Attempt, row.Faults));
        Assert.Empty(scene.Relay.Mails);
        scene.Storage.Faults = _ => StorageFault.None;
        await new LaneQueues(scene.Behind).PutAsync(Lane.Transactional, [new NamedAttempt(scene.Id, 1)], TimeSpan.Zero, Cancellation);
        await scene.DeliverAsync(Lane.Transactional);
        Assert.Equal(EmailState.Sent, (await scene.RowAsync()).State);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay) =>
        TestApp.On(azurite).WithRelay(relay).WithService(AlwaysNew).StartAsync();

    private static async Task<LedgerRow> SentTo(TestApp pipeline, string to)
    {
        var id = await pipeline.SubmitAsync(TestApp.Mail(to), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        return await pipeline.RowAsync(id, Cancellation);
    }

    /// <summary>What the statistics make of one mail.</summary>
    private static async Task<string> CountedAsync(TestApp pipeline)
    {
        await pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var (_, body, _) = await pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString("?granularity=hour");
                return pipeline.Get<StatisticsReader>().ReadAsync(context.Request, Cancellation);
            },
            Cancellation);
        var total = body.RootElement.GetProperty("totals")[0];
        var state = ((string[])["sent", "partial", "suppressed"]).Single(name => total.GetProperty($"emails_{name}").GetInt64() > 0);
        return $"{state} {total.GetProperty($"emails_{state}")} of {total.GetProperty("accepted")}, suppressed {total.GetProperty("suppressed")}";
    }
}
