using MailFunctions.Client;
using MailFunctions.Client.Identity;
using MailFunctions.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace MailFunctions.IntegrationTests.Client;

/// <summary>The client and a whole server. Each test has addresses of its own.</summary>
public sealed class ClientTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_with_an_attachment_arrives_and_can_be_followed()
    {
        var client = server.Client();
        var file = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray();

        var accepted = await client.SendAsync(
            To("file@example.com") with { Html = "<p>Grüße</p>", Attachments = [new("März.bin", file)], Tags = [new("kind", "invoice")] }, cancellationToken: Cancel);
        var sent = await SentAsync(client, accepted.Id);
        var explained = await client.ExplainAsync(accepted.Id, Cancel);

        Assert.Equal((EmailStatus.Queued, EmailLane.Transactional, 1), (accepted.Status, accepted.Lane, accepted.Recipients));
        Assert.Equal(new EmailTag("kind", "invoice"), Assert.Single(sent.Tags));
        Assert.Equal((accepted.AcceptedAt, accepted.ExpiresAt, UncertainPolicyName.Retry), (sent.AcceptedAt, sent.ExpiresAt, sent.OnUncertain));
        Assert.Equal(250, Assert.Single(Assert.Single(sent.Attempts).Recipients).Reply!.Code);
        Assert.Equal((EmailStatus.Sent, 1), (explained.Status, explained.Attempts));
        using var received = Received("file@example.com");
        using var content = new MemoryStream();
        await received.Attachments.OfType<MimePart>().Single(part => part.FileName == "März.bin").Content!.DecodeToAsync(content, Cancel);
        Assert.Equal(file, content.ToArray());
    }

    [Fact]
    public async Task SendAndWait_delivers_within_the_call_unless_the_mail_is_scheduled()
    {
        var client = server.Client();

        var sent = await client.SendAndWaitAsync(To("code@example.com"), TimeSpan.FromSeconds(30), cancellationToken: Cancel);
        var waiting = await client.SendAndWaitAsync(
            To("later@example.com") with { ScheduledAt = TimeProvider.System.GetUtcNow().AddHours(1) }, TimeSpan.FromSeconds(30), cancellationToken: Cancel);

        Assert.Equal((EmailStatus.Sent, 1), (sent.Status, sent.Attempts.Count));
        Assert.Equal((EmailStatus.Scheduled, 0), (waiting.Status, waiting.Attempts.Count));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.SendAndWaitAsync(To("code@example.com"), TimeSpan.FromSeconds(31), cancellationToken: Cancel));
    }

    [Fact]
    public async Task The_same_key_gives_the_same_mail_and_another_mail_with_it_is_refused()
    {
        var client = server.Client();

        var first = await client.SendAsync(To("once@example.com"), "order 4711", Cancel);
        var again = await client.SendAsync(To("once@example.com"), "order 4711", Cancel);
        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => client.SendAsync(To("other@example.com"), "order 4711", Cancel));

        Assert.Equal(first, again);
        Assert.Equal((409, ProblemName.InvalidIdempotentRequest, "order 4711"), (refused.Status, refused.Name, refused.IdempotencyKey));
    }

    [Fact]
    public async Task A_batch_takes_its_defaults_and_leaves_out_what_is_wrong()
    {
        var client = server.Client();
        var batch = new EmailBatch
        {
            Defaults = new() { From = "shop@example.com", Subject = "June", Text = "Hello" },
            Emails = [new() { To = ["june-1@example.com"] }, new() { To = ["nobody"] }, new() { To = ["june-3@example.com"], Subject = "June, for you" }],
        };

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => client.SendBatchAsync(batch, cancellationToken: Cancel));
        var accepted = await client.SendBatchAsync(batch, BatchValidation.Permissive, cancellationToken: Cancel);
        foreach (var email in accepted.Data)
            await SentAsync(client, email.Id);
        var read = await client.GetBatchAsync(accepted.Id, Cancel);

        Assert.Equal((ProblemName.ValidationError, 1), (refused.Name, Assert.Single(refused.Errors).Index));
        Assert.Equal((2, 1), (accepted.Data.Count, Assert.Single(accepted.Errors!).Index));
        var listed = new List<string>();
        await foreach (var email in client.ListAsync(new() { Batch = accepted.Id, States = [EmailStatus.Sent], PageSize = 1 }, Cancel))
            listed.Add(email.Id);
        var found = new List<ListedEmail>();
        await foreach (var email in client.ListAsync(new() { Recipient = "June-1@example.com" }, Cancel))
            found.Add(email);

        Assert.Equal((2, 2), (read.Emails, read.Counts[EmailStatus.Sent]));
        Assert.Equal(accepted.Data.Select(email => email.Id).Order(), listed.Order());
        Assert.Equal((accepted.Data[0].Id, accepted.Id), (Assert.Single(found).Id, found[0].BatchId));
        Assert.Equal(accepted.Data.Select(email => email.Id), read.Data.Select(email => email.Id));
        using var received = Received("june-3@example.com");
        Assert.Equal("June, for you", received.Subject);
    }

    [Fact]
    public async Task A_scheduled_mail_gets_another_time_and_is_taken_back()
    {
        var client = server.Client();
        var at = new DateTimeOffset(2027, 1, 31, 18, 30, 0, TimeSpan.Zero);

        var accepted = await client.SendAsync(To("later@example.com") with { ScheduledAt = at }, cancellationToken: Cancel);
        var moved = await client.RescheduleAsync(accepted.Id, at.AddDays(1), Cancel);
        var canceled = await client.CancelAsync(accepted.Id, Cancel);
        var tooLate = await Assert.ThrowsAsync<MailFunctionsException>(() => client.RescheduleAsync(accepted.Id, at, Cancel));

        Assert.Equal((EmailStatus.Scheduled, at), (accepted.Status, accepted.ScheduledAt));
        Assert.Equal((EmailStatus.Scheduled, at.AddDays(1)), (moved.Status, moved.ScheduledAt));
        Assert.Equal(EmailStatus.Canceled, canceled.Status);
        Assert.Equal((409, ProblemName.InvalidState), (tooLate.Status, tooLate.Name));
    }

    [Fact]
    public async Task A_scheduled_batch_is_taken_back()
    {
        var client = server.Client();
        var accepted = await client.SendBatchAsync(
            new() { Defaults = To("x@example.com") with { ScheduledAt = new(2027, 1, 31, 18, 30, 0, TimeSpan.Zero) }, Emails = [new(), new()] }, cancellationToken: Cancel);

        var canceled = await client.CancelBatchAsync(accepted.Id, Cancel);

        Assert.Equal((2, 2), (canceled.Canceled, canceled.Emails));
        Assert.All(canceled.Data, email => Assert.Equal(EmailStatus.Canceled, email.Status));
    }

    [Fact]
    public async Task A_refusal_names_everything_that_is_wrong()
    {
        var client = server.Client();

        var wrong = await Assert.ThrowsAsync<MailFunctionsException>(() => client.SendAsync(new() { To = ["nobody"], Lane = "fast" }, cancellationToken: Cancel));
        var unknown = await Assert.ThrowsAsync<MailFunctionsException>(() => client.GetAsync("01a207c4-6712-7000-9c40-f48fcae410f2", Cancel));
        var closed = await Assert.ThrowsAsync<MailFunctionsException>(() => server.Client(key: "wrong").GetAsync("01a207c4-6712-7000-9c40-f48fcae410f2", Cancel));

        Assert.Equal((422, ProblemName.ValidationError), (wrong.Status, wrong.Name));
        Assert.Superset(new HashSet<string?> { "/from", "/to/0", "/subject", "/lane" }, wrong.Errors.Select(error => error.Pointer).ToHashSet());
        Assert.Equal((404, ProblemName.NotFound), (unknown.Status, unknown.Name));
        Assert.Equal((401, MailFunctionsException.UnexpectedAnswer), (closed.Status, closed.Name));
    }

    [Fact]
    public async Task The_three_mails_of_Identity_arrive()
    {
        await using var services = server.Services(more: services => services.AddMailFunctionsIdentityEmails<IdentityUser>(options => options.From = "Shop <accounts@example.com>"));
        var sender = services.GetRequiredService<IEmailSender<IdentityUser>>();

        await sender.SendConfirmationLinkAsync(new(), "identity-1@example.com", "https://shop.example.com/confirm?user=1&amp;code=2");
        await sender.SendPasswordResetLinkAsync(new(), "identity-2@example.com", "https://shop.example.com/reset?code=3");
        await sender.SendPasswordResetCodeAsync(new(), "identity-3@example.com", "CODE-4");

        await Eventually.TrueAsync(() => server.Relay.Mails.Count(mail => mail.Recipients[0].StartsWith("identity-", StringComparison.Ordinal)) == 3, "three mails of Identity");
        using var confirmation = Received("identity-1@example.com");
        using var link = Received("identity-2@example.com");
        using var code = Received("identity-3@example.com");
        Assert.Equal("Confirm your e-mail address", confirmation.Subject);
        Assert.Contains("confirm?user=1&code=2", confirmation.TextBody, StringComparison.Ordinal);
        Assert.Contains("reset?code=3", link.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("CODE-4", code.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_log_contains_no_key_no_address_and_no_body()
    {
        using var log = new LogLines();
        await using var services = server.Services(log: log);
        var client = services.GetRequiredService<MailFunctionsClient>();

        await client.SendAsync(To("quiet@example.com") with { Text = "between us two" }, "key-of-the-mail", Cancel);
        await Assert.ThrowsAsync<MailFunctionsException>(() => client.SendAsync(To("quiet@"), cancellationToken: Cancel));

        Assert.NotEmpty(log.All);
        foreach (var secret in (string[])[RunningServer.Key, "quiet@", "between us two", "key-of-the-mail"])
            Assert.DoesNotContain(log.All, line => line.Text.Contains(secret, StringComparison.Ordinal));
    }

    private static EmailMessage To(string address) => new() { From = "Shop <shop@example.com>", To = [address], Subject = "Hello", Text = "Hello you" };

    private static async Task<EmailAnswer> SentAsync(MailFunctionsClient client, string id)
    {
        EmailAnswer? answer = null;
        await Eventually.TrueAsync(async () => (answer = await client.GetAsync(id, Cancel)) is { Status: EmailStatus.Sent, Attempts.Count: 1 }, "a mail that is sent");
        return answer!;
    }

    private MimeMessage Received(string address) =>
        MimeMessage.Load(new MemoryStream(server.Relay.Mails.Single(mail => mail.Recipients.Contains(address)).Content.ToArray()), Cancel);
}
