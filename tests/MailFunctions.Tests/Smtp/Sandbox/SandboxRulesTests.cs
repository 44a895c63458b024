using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Tests.Smtp.Sandbox;

public sealed class SandboxRulesTests
{
    private static readonly string[] Names = ["ada", "bob", "Inbox", "bounced", "slow", "nobody"];
    private static readonly string[] Domains = ["example.com", "example.net", "a.example.com", TestAddress.Domain];

    private static readonly string?[] Targets = [null, "inbox@example.com", "catch@divert.example"];

    private static readonly Gen<string> Mailbox = Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, Domains.Length - 1], (name, domain) => $"{Names[name]}@{Domains[domain]}");

    private static readonly Gen<List<Recipient>> Recipients = Gen.Select(Mailbox, Gen.Enum<RecipientStatus>(), Gen.Enum<RecipientKind>())
        .List[1, 12].Select(list => list.Select(item => new Recipient(item.Item1, item.Item3, item.Item2, 0, null)).DistinctBy(recipient => recipient.Mailbox, StringComparer.OrdinalIgnoreCase).ToList());

    private static readonly Gen<SandboxOptions> Settings = Gen.Select(
        Gen.OneOf(Mailbox, Gen.Int[0, 1].Select(entry => entry == 0 ? "example.com" : "example.net, ADA@example.com")).List[0, 3],
        Gen.Int[0, Targets.Length - 1].Select(target => Targets[target]),
        (allow, divertTo) => Options(true, divertTo, [.. allow]));

    [Fact]
    public void No_address_but_those_allowed_and_the_one_diverted_to_ever_is_in_an_envelope() =>
        Gen.Select(Recipients, Settings).Sample((recipients, settings) =>
        {
            var envelope = Addressees(recipients, settings).Envelope;

            Assert.All(envelope.Recipients, mailbox => Assert.True(Same(mailbox, settings.DivertTo) || IsAllowed(mailbox, settings), $"{mailbox} is not allowed"));
            Assert.DoesNotContain(envelope.Recipients, TestAddress.Is);
            Assert.Equal(envelope.Recipients.Count, envelope.Recipients.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(recipients.Where(recipient => recipient.IsOpen && !TestAddress.Is(recipient.Mailbox) && IsAllowed(recipient.Mailbox, settings)), recipient =>
                Assert.Contains(recipient.Mailbox, envelope.Recipients, StringComparer.OrdinalIgnoreCase));
        });

    [Fact]
    public void Every_open_recipient_gets_one_answer_and_no_other_gets_any() =>
        Gen.Select(Recipients, Settings, Gen.Int[1, 4]).Sample((recipients, settings, attempt) =>
        {
            var addressees = Addressees(recipients, settings);
            var relayed = new TransactionResult([.. addressees.Envelope.Recipients.Select(mailbox => Reply(mailbox, 451))], 100, TimeSpan.Zero);

            var result = addressees.Together(relayed, attempt);

            Assert.Equal(recipients.Where(recipient => recipient.IsOpen).Select(recipient => recipient.Mailbox), result.Recipients.Select(reply => reply.Mailbox));
            Assert.All(result.Recipients.Where(reply => reply.Reply.Code == 451), reply => Assert.Contains(reply.Mailbox, recipients.Select(recipient => recipient.Mailbox)));
        });

    [Fact]
    public void All_recipients_but_test_addresses_are_mailed_with_the_sandbox_off() =>
        Recipients.Sample(recipients => Assert.Equal(
            recipients.Where(recipient => recipient.IsOpen && !TestAddress.Is(recipient.Mailbox)).Select(recipient => recipient.Mailbox),
            Addressees(recipients, Options(false, null)).Envelope.Recipients));

    [Theory]
    [InlineData("delivered", 1, "250 2.0.0 Sent")]
    [InlineData("delivered+Label", 1, "250 2.0.0 Sent")]
    [InlineData("DELIVERED", 7, "250 2.0.0 Sent")]
    [InlineData("bounced", 1, "550 5.1.1 Rejected")]
    [InlineData("greylisted", 1, "450 4.7.1 Deferred")]
    [InlineData("greylisted", 2, "250 2.0.0 Sent")]
    [InlineData("throttled", 1, "450 4.7.0 Deferred")]
    [InlineData("throttled", 2, "450 4.7.0 Deferred")]
    [InlineData("throttled", 3, "250 2.0.0 Sent")]
    [InlineData("slow", 1, "250 2.0.0 Sent")]
    [InlineData("lost-reply", 1, "0  Uncertain")]
    [InlineData("lost-reply", 2, "250 2.0.0 Sent")]
    [InlineData("unknown", 1, "550 5.1.1 Rejected")]
    public void A_test_address_takes_its_course(string name, int attempt, string expected)
    {
        var addressees = Addressees([new Recipient($"{name}@{TestAddress.Domain}", RecipientKind.To, RecipientStatus.Pending, 0, null)], Options(true, null));

        var (_, status, reply) = Assert.Single(addressees.Together(new TransactionResult([], 0, TimeSpan.Zero), attempt).Recipients);

        Assert.False(addressees.NeedRelay);
        Assert.Equal(expected, FormattableString.Invariant($"{reply.Code} {reply.EnhancedCode} {status}"));
    }

    [Fact]
    public void A_recipient_that_is_not_mailed_gets_a_local_reply_that_says_so()
    {
        var addressees = Addressees([new Recipient("ada@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)], Options(true, null, "example.net"));

        var reply = Assert.Single(addressees.Together(new TransactionResult([], 0, TimeSpan.Zero), 1).Recipients);

        Assert.Equal((RecipientStatus.Sent, SmtpStage.Local), (reply.Status, reply.Reply.Stage));
        Assert.StartsWith("Not mailed: the sandbox is on", reply.Reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reply_to_a_diverted_mail_counts_for_all_diverted_recipients()
    {
        var addressees = Addressees(
            [.. new[] { "ada@example.com", "bob@example.com", "Inbox@divert.example" }.Select(mailbox => new Recipient(mailbox, RecipientKind.Bcc, RecipientStatus.Pending, 0, null))],
            Options(true, "inbox@divert.example"));
        Assert.Single(addressees.Envelope.Recipients);

        var result = addressees.Together(new TransactionResult([Reply(addressees.Envelope.Recipients[0], 452)], 100, TimeSpan.Zero), 1);

        Assert.All(result.Recipients, reply => Assert.Equal((RecipientStatus.Deferred, 452, "Diverted by the sandbox: text"), (reply.Status, reply.Reply.Code, reply.Reply.Text)));
        Assert.Equal(3, result.Recipients.Count);
    }

    internal static SandboxOptions Options(bool enabled, string? divertTo, params IEnumerable<string> allow)
    {
        var options = new SandboxOptions { Enabled = enabled, DivertTo = divertTo };
        foreach (var entry in allow)
            options.Allow.Add(entry);
        return options;
    }

    private static Addressees Addressees(List<Recipient> recipients, SandboxOptions options) => new SandboxRules(Microsoft.Extensions.Options.Options.Create(options)).AddresseesOf(new LedgerRow
    {
        Id = default,
        State = EmailState.Queued,
        Lane = Lane.Transactional,
        Sender = "shop@example.org",
        AcceptedAt = default,
        ExpiresAt = default,
        Recipients = recipients,
    });

    private static RecipientReply Reply(string mailbox, int code)
    {
        var reply = new SmtpReply(SmtpStage.RcptTo, code, null, "text");
        return new RecipientReply(mailbox, ReplyRules.StatusOf(reply), reply);
    }

    private static bool IsAllowed(string mailbox, SandboxOptions settings) => settings.Allow
        .SelectMany(entry => entry.Split(',', StringSplitOptions.TrimEntries))
        .Any(entry => Same(entry, mailbox) || mailbox.EndsWith('@' + entry, StringComparison.Ordinal));

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
