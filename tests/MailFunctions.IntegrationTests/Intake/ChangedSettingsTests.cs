using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>A request with an idempotency key that was lost, and comes again when other senders are allowed: what was accepted stays so, the rest is judged anew.</summary>
public sealed class ChangedSettingsTests(AzuriteFixture azurite)
{
    /// <summary>The middle one is from a domain that is not always allowed.</summary>
    private static readonly string Batch = $"[{Mail("org", 0)},{Mail("net", 1)},{Mail("org", 2)}]";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="recorded">The emails that were right at the first try.</param>
    /// <param name="accepted">Those of them that it accepted.</param>
    /// <param name="data">What is answered: k for one that was accepted then, n for a new one.</param>
    /// <param name="errors">The emails that are refused now.</param>
    [Theory]
    [InlineData("permissive", "012", "01", "example.org", "k0 k1 n2", "")]
    [InlineData("permissive", "012", "0", "example.org", "k0 n2", "1")]
    [InlineData("permissive", "012", "", "example.org", "n0 n2", "1")]
    [InlineData("permissive", "02", "0", "*", "k0 n1 n2", "")]
    [InlineData("permissive", "02", "2", "example.org", "n0 k2", "1")]
    [InlineData("strict", "012", "1", "example.org", "n0 k1 n2", "")]
    [InlineData("strict", "012", "0", "example.org", "k0 n2", "1")]
    [InlineData("strict", "012", "012", "example.com", "k0 k1 k2", "")]
    public async Task A_retried_batch_keeps_accepted_emails_and_validates_the_rest_with_current_settings(
        string validation, string recorded, string accepted, string allowed, string data, string errors)
    {
        await using var pipeline = await StartAsync(allowed);
        var kept = await LoseAsync(pipeline, validation == "strict" ? "emails/batch" : "emails/batch permissive", Batch, Indexes(recorded), Indexes(accepted));

        var answer = (await pipeline.SubmitBatchAsync(Batch, Cancellation, "k", validation)).Require(202);

        var rows = await pipeline.Ledger.ReadManyAsync([.. answer.Emails], Cancellation);
        Assert.Equal(data, string.Join(' ', answer.Emails.Select(id => (kept.ContainsValue(id) ? "k" : "n") + rows[id].Recipients[0].Mailbox[1])));
        Assert.Equal(errors, answer.Body.TryGetProperty("errors", out var faults) ? string.Join(' ', faults.EnumerateArray().Select(fault => fault.GetProperty("index").GetInt32())) : "");
        Assert.Equal(answer.Emails, (await pipeline.ReadBatchAsync(answer.Id, Cancellation)).Emails);
        Assert.Equal(answer.Body.GetRawText(), (await pipeline.SubmitBatchAsync(Batch, Cancellation, "k", validation)).Require(202).Body.GetRawText());
    }

    [Fact]
    public async Task A_strict_batch_of_which_nothing_was_accepted_is_refused_as_any_other()
    {
        await using var pipeline = await StartAsync("example.org");
        await LoseAsync(pipeline, "emails/batch", Batch, [0, 1, 2], []);

        (await pipeline.SubmitBatchAsync(Batch, Cancellation, "k")).Require(422);
    }

    [Theory]
    [InlineData(true, 202)]
    [InlineData(false, 403)]
    public async Task A_retried_mail_that_was_accepted_is_returned_and_otherwise_validated_anew(bool accepted, int status)
    {
        await using var pipeline = await StartAsync("example.org");
        var kept = await LoseAsync(pipeline, "emails", Mail("net", 0), [0], accepted ? [0] : []);

        var answer = (await pipeline.SubmitOneAsync(Mail("net", 0), Cancellation, "k")).Require(status);

        if (accepted)
            Assert.Equal(kept[0], answer.EmailId);
    }

    private static string Mail(string domain, int index) => $$"""{"from":"a@example.{{domain}}","to":"r{{index}}@example.com","subject":"x","text":"x"}""";

    private static int[] Indexes(string digits) => [.. digits.Select(digit => digit - '0')];

    private Task<TestApp> StartAsync(string allowed) =>
        TestApp.On(azurite).With(TestSettings.AllowedSenders, allowed).StartAsync();

    /// <summary>Leaves what a process leaves that dies while it accepts, and whose lease is over.</summary>
    /// <returns>The ids that were accepted, by the index of the email.</returns>
    private static async Task<Dictionary<int, EmailId>> LoseAsync(TestApp pipeline, string operation, string body, int[] recorded, int[] accepted)
    {
        var root = RequestOutline.Parse(Encoding.UTF8.GetBytes(body), new ErrorList(), EmailLimits.BatchJsonValues).Value!;
        var key = IdempotencyKey.Of(await pipeline.Get<FunctionKeys>().FingerprintAsync(new DefaultHttpContext().Request, Cancellation), "k");
        var passage = await pipeline.Get<IdempotencyGate>().EnterAsync(key, CanonicalHash.Of(operation, root), Cancellation);
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        RecordedEmail[] emails = [.. recorded.Zip(EmailId.Mint(now, recorded.Length), (index, id) => new RecordedEmail(index, id))];
        await passage.Entry!.RecordAsync(operation == "emails" ? null : EmailId.Mint(now)[0], emails, Cancellation);

        var kept = emails.Where(email => accepted.Contains(email.Index)).ToDictionary(email => email.Index, email => email.Id);
        foreach (var (index, id) in kept)
            await QueuedMails.InsertAsync(pipeline, Lane.Transactional, [id], Cancellation, (_, row) => row with { Recipients = [new Recipient($"r{index}@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)] });
        var table = pipeline.Get<IdempotencyTable>();
        Assert.NotNull(await table.TryWriteAsync((await table.ReadAsync(key, Cancellation))! with { LeaseUntil = now }, Cancellation));
        return kept;
    }
}
