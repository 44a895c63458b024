using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using MailFunctions.Client;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace MailFunctions.IntegrationTests.Client;

/// <summary>What keeps a mail system, by the client: decisions, suppressions, templates, statistics, dead letters, and files by reference.</summary>
public sealed class ManagingClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_by_reference()
    {
        var client = server.Client();
        await new BlobContainerClient(server.Storage, RunningServer.Files).UploadBlobAsync("reports/june.txt", new BinaryData("thirty days"), Cancel);

        var accepted = await client.SendAsync(To("reference@example.com") with { Attachments = [EmailAttachment.FromBlob("reports/june.txt", "Juni.txt")] }, cancellationToken: Cancel);
        var missing = await Assert.ThrowsAsync<MailFunctionsException>(() =>
            client.SendAsync(To("reference@example.com") with { Attachments = [EmailAttachment.FromBlob("reports/july.txt")] }, cancellationToken: Cancel));

        await IsAsync(client, accepted.Id, EmailStatus.Sent);
        using var mail = MimeMessage.Load(new MemoryStream(server.Relay.Mails.Single(mail => mail.Recipients.Contains("reference@example.com")).Content.ToArray()), Cancel);
        var part = Assert.IsType<TextPart>(Assert.Single(mail.Attachments));
        Assert.Equal(("Juni.txt", "thirty days"), (part.FileName, part.Text.TrimEnd()));
        Assert.Equal("/attachments/0/path", Assert.Single(missing.Errors).Pointer);
    }

    [Fact]
    public async Task Uncertain_mail_is_resolved_discarded_and_requeued_one_by_one_and_in_bulk()
    {
        var client = server.Client();
        server.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && exchange.Recipients[0].StartsWith("lost-", StringComparison.Ordinal) ? SmtpAction.Reset : null;
        var ids = new List<string>();
        foreach (var name in (string[])["sent", "not", "gone", "all"])
            ids.Add((await client.SendAsync(To($"lost-{name}@example.com") with { OnUncertain = UncertainPolicyName.Hold }, cancellationToken: Cancel)).Id);
        foreach (var id in ids)
            await IsAsync(client, id, EmailStatus.Uncertain);

        var sent = await client.ResolveAsync(ids[0], DecisionName.Sent, Cancel);
        var notSent = await client.ResolveAsync(ids[1], DecisionName.NotSent, Cancel);
        var discarded = await client.DiscardAsync(ids[2], Cancel);
        var twice = await Assert.ThrowsAsync<MailFunctionsException>(() => client.DiscardAsync(ids[2], Cancel));
        var notDead = await Assert.ThrowsAsync<MailFunctionsException>(() => client.RequeueAsync(ids[3], Cancel));
        var counted = await client.RequeueManyAsync(EmailStatus.Uncertain, EmailLane.Transactional, cancellationToken: Cancel);
        server.Relay.Script = _ => null;
        var requeued = await client.RequeueManyAsync(EmailStatus.Uncertain, EmailLane.Transactional, dryRun: false, Cancel);
        var none = await client.DiscardManyAsync(EmailStatus.Uncertain, dryRun: false, cancellationToken: Cancel);

        Assert.Equal((EmailStatus.Sent, EmailStatus.Failed, EmailStatus.Discarded), (sent.Status, notSent.Status, discarded.Status));
        Assert.Equal((ProblemName.InvalidState, ProblemName.InvalidState), (twice.Name, notDead.Name));
        Assert.Equal([ids[3]], counted.Sample);
        Assert.Equal((new BulkAnswer(true, 1, 0, false), new BulkAnswer(false, 1, 1, false), new BulkAnswer(false, 0, 0, false)), (counted with { Sample = null }, requeued, none));
        await IsAsync(client, ids[3], EmailStatus.Sent);
    }

    [Fact]
    public async Task Failed_mail_is_requeued_and_sent_once_the_relay_accepts_it_again()
    {
        var client = server.Client();
        server.Relay.Script = exchange => exchange.Verb == "RCPT" && exchange.LocalPart!.StartsWith("refused-", StringComparison.Ordinal) ? SmtpAction.Reply("550 5.2.1 Mailbox disabled") : null;
        var ids = new List<string>();
        foreach (var name in (string[])["one", "two"])
            ids.Add((await client.SendAsync(To($"refused-{name}@example.com"), cancellationToken: Cancel)).Id);
        foreach (var id in ids)
            await IsAsync(client, id, EmailStatus.Failed);
        server.Relay.Script = _ => null;

        var refused = new BulkDecisionRequest(EmailStatus.Failed) { Code = 550, EnhancedCode = "5.2.1", From = TimeProvider.System.GetUtcNow().AddHours(-1) };
        var one = await client.RequeueAsync(ids[0], Cancel);
        var counted = await client.RequeueManyAsync(refused, Cancel);
        var requeued = await client.RequeueManyAsync(refused with { DryRun = false }, Cancel);

        Assert.Equal((EmailStatus.Queued, 1, 1), (one.Status, counted.Matched, requeued.Done));
        Assert.Equal([ids[1]], counted.Sample);
        foreach (var id in ids)
            await IsAsync(client, id, EmailStatus.Sent);
    }

    [Fact]
    public async Task Addresses_are_suppressed_and_logged_nowhere()
    {
        using var log = new LogLines();
        await using var services = server.Services(log: log);
        var suppressions = services.GetRequiredService<MailFunctionsClient>().Suppressions;

        var put = await suppressions.PutAsync("Quiet+a/b@Example.com", new() { Reason = SuppressionReasonName.Complaint, Note = "by phone" }, Cancel);
        var imported = await suppressions.ImportAsync([new("quiet-1@example.com") { Scope = SuppressionScopeName.Bulk }, new("quiet-2@example.com")], Cancel);
        var read = await suppressions.GetAsync("quiet+a/b@example.com", Cancel);
        var listed = await suppressions.ListAsync(pageSize: 1, cancellationToken: Cancel).Select(entry => entry.Address).ToListAsync(Cancel);
        var bulk = await suppressions.ListAsync(scope: SuppressionScopeName.Bulk, cancellationToken: Cancel).ToListAsync(Cancel);
        await suppressions.DeleteAsync("quiet-1@example.com", Cancel);
        var gone = await Assert.ThrowsAsync<MailFunctionsException>(() => suppressions.DeleteAsync("quiet-1@example.com", Cancel));

        Assert.Equal(("quiet+a/b@example.com", SuppressionReasonName.Complaint, SuppressionScopeName.All, "by phone"), (put.Address, put.Reason, put.Scope, put.Note));
        Assert.Equal((2, put, ProblemName.NotFound), (imported, read, gone.Name));
        Assert.Equal(["quiet+a/b@example.com", "quiet-1@example.com", "quiet-2@example.com"], listed.Order(StringComparer.Ordinal));
        Assert.Equal("quiet-1@example.com", Assert.Single(bulk).Address);
        Assert.Contains(log.All, line => line.Text.Contains("DELETE /api/suppressions/…: 404", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Text.Contains("quiet", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_template_is_kept_shown_used_and_removed()
    {
        var (client, templates) = (server.Client(), server.Client().Templates);

        var first = await templates.PutAsync("welcome", new() { Subject = "Hello {{ name }}", Html = "<p>Hello {{ name }}</p>" }, cancellationToken: Cancel);
        var same = await templates.PutAsync("welcome", new() { Subject = "Hello {{ name }}", Html = "<p>Hello {{ name }}</p>" }, cancellationToken: Cancel);
        var second = await templates.PutAsync("welcome", new() { Subject = "Hi {{ name }}", Text = "Hi" }, ifVersion: 1, Cancel);
        var late = await Assert.ThrowsAsync<MailFunctionsException>(() => templates.PutAsync("welcome", new() { Text = "x" }, ifVersion: 1, Cancel));
        var old = await templates.GetAsync("welcome", 1, Cancel);
        var rendered = await templates.RenderAsync("welcome", new() { ["name"] = "Ada" }, cancellationToken: Cancel);
        var accepted = await client.SendAsync(
            new() { From = "shop@example.com", To = ["template@example.com"], Template = new("welcome") { Variables = new() { ["name"] = "Ada" } } }, cancellationToken: Cancel);
        var listed = await templates.ListAsync(cancellationToken: Cancel).ToListAsync(Cancel);
        await templates.DeleteAsync("welcome", Cancel);

        Assert.Equal((1, true, 1, false, 2, true), (first.Version, first.Changed, same.Version, same.Changed, second.Version, second.Changed));
        Assert.Equal((ProblemName.PreconditionFailed, "<p>Hello {{ name }}</p>", 2), (late.Name, old.Html, old.Latest));
        Assert.Equal(("Hi Ada", "Hi", 2), (rendered.Subject, rendered.Text, rendered.Version));
        Assert.Equal(("welcome", 2), (Assert.Single(listed).Name, listed[0].Version));
        Assert.Equal("Hi Ada", (await client.GetAsync(accepted.Id, Cancel)).Subject);
    }

    [Fact]
    public async Task A_dead_letter_is_listed_and_deleted()
    {
        var client = server.Client();
        var letters = new TableClient(server.Storage, StorageNames.DeadLettersTable);
        await letters.AddEntityAsync(
            new TableEntity("mail-bulk-poison", "message-1") { ["kept_at"] = DateTimeOffset.UnixEpoch, ["reason"] = "no JSON", ["body"] = Encoding.UTF8.GetBytes("not ours") }, Cancel);

        var letter = Assert.Single(await client.DeadLetters.ListAsync(Cancel));
        await client.DeadLetters.DeleteAsync(letter, Cancel);

        Assert.Equal(new DeadLetter("mail-bulk-poison", "message-1", DateTimeOffset.UnixEpoch, "no JSON", "not ours"), letter);
        Assert.Empty(await client.DeadLetters.ListAsync(Cancel));
    }

    [Fact]
    public async Task Statistics_are_counts_by_lane()
    {
        var client = server.Client();
        var accepted = await client.SendAsync(To("counted@example.com"), cancellationToken: Cancel);
        await IsAsync(client, accepted.Id, EmailStatus.Sent);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-functions-key", RunningServer.Key);
        using var run = await http.PostAsync(new Uri(server.Address!, "/admin/functions/CompileStatistics"), null, Cancel);

        StatisticsAnswer? answer = null;
        await Eventually.TrueAsync(
            async () => (answer = await client.GetStatisticsAsync(new() { Granularity = StatisticsGranularity.Hour, Dimension = StatisticsDimension.Lane }, Cancel)) is { CompiledUntil: not null } done && done.Totals.Any(value => value.EmailsSent > 0),
            "a mail that is counted");

        Assert.Equal((StatisticsGranularity.Hour, StatisticsDimension.Lane, 24), (answer!.Granularity, answer.Dimension, answer.Buckets.Count));
        var lane = Assert.Single(answer.Totals);
        Assert.Equal((EmailLane.Transactional, true, true), (lane.Value, lane.Accepted >= 1, lane.LatencyMs is { P50: > 0, Count: > 0 }));
    }

    private static EmailMessage To(string address) => new() { From = "Shop <shop@example.com>", To = [address], Subject = "Hello", Text = "Hello you" };

    private static Task IsAsync(MailFunctionsClient client, string id, string status) =>
        Eventually.TrueAsync(async () => (await client.GetAsync(id, Cancel)).Status == status, $"a mail that is {status}");
}
