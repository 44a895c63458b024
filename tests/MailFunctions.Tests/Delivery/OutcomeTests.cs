using CsCheck;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Delivery;

/// <summary>The pure heart of delivery: what a row and a reply come to, over any history.</summary>
public sealed class OutcomeTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutcomeRules OutcomeRules = new(new RetrySchedule(Options.Create(new DeliveryOptions())));

    private static readonly Gen<SmtpReply> Reply = Gen.Select(
        Gen.Enum<SmtpStage>(),
        Gen.OneOf(0, 220, 250, 251, 354, 421, 450, 451, 452, 500, 503, 530, 535, 550, 552, 554),
        (stage, code) => new SmtpReply(stage, code, null, "text"));

    private static readonly Gen<RecipientStatus> OpenStatus = Gen.OneOf(RecipientStatus.Pending, RecipientStatus.Deferred);

    /// <summary>What befalls one attempt: the reply to each recipient, or null for a lost worker.</summary>
    private static readonly Gen<SmtpReply[]?[]> History = Reply.Array[3].Null(0.2).Array[0, 12];

    [Fact]
    public void Every_history_takes_legal_steps_and_addresses_no_settled_recipient_again() =>
        Gen.Select(History, Gen.Enum<UncertainPolicy>(), Gen.Int[1, 3]).Sample((history, policy, count) =>
        {
            var row = Row(policy, count);
            var now = Start;
            foreach (var replies in history)
            {
                if (!row.State.IsOpen())
                    break;
                row = Claimed(row, now);
                var open = row.Recipients.Where(recipient => recipient.IsOpen).Select(recipient => recipient.Mailbox).ToList();
                var settled = row.Recipients.Where(recipient => !recipient.IsOpen).ToList();
                Assert.NotEmpty(open);

                var e = replies is null
                    ? OutcomeRules.OfLoss(row, "lost", now)
                    : OutcomeRules.OfTransaction(row, Result(open, replies), now);
                var next = Projection.Apply(row, e);

                Assert.True(Transitions.IsLegal(row.State, next.State));
                Assert.All(settled, recipient => Assert.Contains(recipient, next.Recipients));
                Assert.Equal(next.State == EmailState.Deferred, e.NextDue is not null);
                Assert.Equal(next.State == EmailState.Deferred, next.Recipients.Any(recipient => recipient.IsOpen) && next.State != EmailState.Expired && next.State != EmailState.Uncertain);
                Assert.Null(next.Claim);
                Assert.Equal(next.State == EmailState.Deferred, next.WaitingFor is not null);
                row = next;
                now = row.DueAt ?? now;
            }

            if (row.State == EmailState.Sent && policy != UncertainPolicy.AssumeSent)
                Assert.All(row.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        });

    [Fact]
    public void Every_path_ends_since_no_attempt_is_due_after_the_mail_expires() =>
        Gen.Select(Gen.Enum<UncertainPolicy>(), Gen.Int[0, 499]).Sample((policy, code) =>
        {
            var row = Row(policy, 1);
            var now = Start;
            var attempts = 0;
            while (row.State.IsOpen())
            {
                Assert.True(++attempts < 1_000);
                row = Claimed(row, now);
                row = Projection.Apply(row, OutcomeRules.OfTransaction(row, Result(["r0@example.com"], [new SmtpReply(SmtpStage.RcptTo, code is < 300 and >= 200 ? 450 : code, null, "")]), now));
                Assert.True(row.DueAt is null || row.DueAt < row.ExpiresAt);
                now = row.DueAt ?? now;
            }
        });

    [Fact]
    public void Only_a_reply_that_is_missing_or_no_reply_after_the_content_is_uncertain() =>
        Reply.Sample(reply =>
        {
            // No yes but these is one to the content (RFC 5321 section 4.3.2).
            var settles = reply.Code is 250 or 251 or 252 or >= 400;
            Assert.Equal(reply.Stage == SmtpStage.FinalDot && !settles, ReplyRules.StatusOf(reply) == RecipientStatus.Uncertain);
        });

    [Theory]
    [InlineData(nameof(UncertainPolicy.Retry), nameof(EmailState.Deferred))]
    [InlineData(nameof(UncertainPolicy.Hold), nameof(EmailState.Uncertain))]
    [InlineData(nameof(UncertainPolicy.AssumeSent), nameof(EmailState.Sent))]
    public void The_policy_decides_what_becomes_of_an_uncertain_mail(string policy, string state)
    {
        var row = Claimed(Row(Enum.Parse<UncertainPolicy>(policy), 1), Start);
        var e = OutcomeRules.OfLoss(row, "lost", Start);

        Assert.Equal(Enum.Parse<EmailState>(state), e.State);
        Assert.Equal(RecipientStatus.Uncertain, e.Recipients.Single().Status);
        Assert.Equal(Enum.Parse<EmailState>(state), Projection.Apply(row, e).State);
    }

    [Theory]
    [InlineData(nameof(SmtpStage.RcptTo), 450, nameof(WaitReason.DeferredByReply))]
    [InlineData(nameof(SmtpStage.MailFrom), 0, nameof(WaitReason.ConnectionLost))]
    [InlineData(nameof(SmtpStage.FinalDot), 0, nameof(WaitReason.OutcomeUnknown))]
    [InlineData(nameof(SmtpStage.Local), 0, nameof(WaitReason.ProcessingFailed))]
    public void The_reply_says_what_a_deferred_mail_waits_for(string stage, int code, string reason)
    {
        var row = Claimed(Row(UncertainPolicy.Retry, 1), Start);
        var e = OutcomeRules.OfTransaction(row, Result(["r0@example.com"], [new SmtpReply(Enum.Parse<SmtpStage>(stage), code, null, "text")]), Start);

        Assert.Equal((EmailState.Deferred, Enum.Parse<WaitReason>(reason)), (e.State, e.WaitingFor));
        Assert.Equal(e.WaitingFor, Projection.Apply(row, e).WaitingFor);
    }

    [Fact]
    public void A_held_recipient_does_not_stop_the_others_from_being_tried_again()
    {
        var row = Claimed(Row(UncertainPolicy.Hold, 2), Start);
        var e = OutcomeRules.OfTransaction(
            row, Result(["r0@example.com", "r1@example.com"], [new SmtpReply(SmtpStage.FinalDot, 0, null, "lost"), new SmtpReply(SmtpStage.RcptTo, 450, null, "busy")]), Start);
        var next = Projection.Apply(row, e);

        Assert.Equal(EmailState.Deferred, next.State);
        Assert.Equal([RecipientStatus.Uncertain, RecipientStatus.Deferred], next.Recipients.Select(recipient => recipient.Status));
    }

    [Fact]
    public void An_attempt_is_made_only_if_it_is_next_and_the_mail_is_due() =>
        Gen.Select(Gen.Enum<EmailState>(), Gen.Int[0, 4], Gen.Int[1, 5], Gen.Int[-10, 10], Gen.Int[-10, 10], Gen.Int[-10, 10]).Sample(
            (state, last, named, due, lease, expiry) =>
            {
                var row = Row(UncertainPolicy.Retry, 1) with
                {
                    State = state,
                    Attempt = last,
                    DueAt = Start + TimeSpan.FromSeconds(due),
                    ExpiresAt = Start + TimeSpan.FromSeconds(expiry),
                    Claim = state == EmailState.Sending ? new Claim("w", Start + TimeSpan.FromSeconds(lease), new EventKey("p", "r"), "relay") : null,
                };
                var verdict = Triage.Of(row, new NamedAttempt(row.Id, named), Start);

                if (verdict == Verdict.Ready)
                    Assert.True(state.IsOpen() && state != EmailState.Sending && named > last && due <= 1 && expiry > 0);
                if (verdict == Verdict.Abandoned)
                    Assert.True(state == EmailState.Sending && lease <= 0 && named >= last);
                if (verdict == Verdict.Drop)
                    Assert.True(!state.IsOpen() || named <= last);
            });

    private static LedgerRow Row(UncertainPolicy policy, int recipients) => new()
    {
        Id = EmailId.Mint(Start)[0],
        State = EmailState.Queued,
        Lane = Lane.Transactional,
        Sender = "shop@example.org",
        AcceptedAt = Start,
        ExpiresAt = Start + TimeSpan.FromHours(24),
        OnUncertain = policy,
        Recipients = [.. Enumerable.Range(0, recipients).Select(i => new Recipient($"r{i}@example.com", RecipientKind.To, OpenStatus.Single(), 0, null))],
    };

    private static LedgerRow Claimed(LedgerRow row, DateTimeOffset now)
    {
        var key = EventKey.OfAttempt(row.Id, row.Attempt + 1, now);
        return row with
        {
            State = Transitions.Require(row.State, EmailState.Sending),
            Attempt = row.Attempt + 1,
            EventMinutes = [.. row.EventMinutes, key.PartitionKey],
            Claim = new Claim("worker", now + TimeSpan.FromMinutes(1), key, "relay"),
        };
    }

    private static TransactionResult Result(IReadOnlyList<string> mailboxes, IReadOnlyList<SmtpReply> replies) => new(
        [.. mailboxes.Select((mailbox, i) => new RecipientReply(mailbox, ReplyRules.StatusOf(replies[i % replies.Count]), replies[i % replies.Count]))],
        1_000,
        TimeSpan.FromMilliseconds(5));
}
