using CsCheck;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Delivery;

/// <summary>
/// An attempt was recorded as uncertain when its lease ran out, and its worker knows the outcome: it comes to the same as if
/// the worker had been in time.
/// </summary>
public sealed class CorrectionTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutcomeRules OutcomeRules = new(new RetrySchedule(Options.Create(new DeliveryOptions())));

    /// <summary>What a worker may know of a recipient; null when it does not know either.</summary>
    private static readonly Gen<SmtpReply?> Reply = Gen.OneOf(
        (SmtpReply?)null,
        new SmtpReply(SmtpStage.FinalDot, 250, null, "taken"),
        new SmtpReply(SmtpStage.RcptTo, 550, null, "unknown"),
        new SmtpReply(SmtpStage.RcptTo, 450, null, "busy"));

    private static readonly Gen<LedgerRow> Claimed =
        Gen.Select(Gen.Enum<UncertainPolicy>(), Gen.OneOf(RecipientStatus.Pending, RecipientStatus.Deferred, RecipientStatus.Sent, RecipientStatus.Rejected, RecipientStatus.Suppressed).Array[0, 2], Gen.Bool)
            .Select((policy, others, late) => Row(policy, [RecipientStatus.Pending, .. others], late ? TimeSpan.FromSeconds(10) : TimeSpan.FromHours(24)));

    [Fact]
    public void A_late_outcome_gives_the_same_row_as_one_in_time() =>
        Gen.Select(Claimed, Reply.Array[3]).Sample((claimed, replies) =>
        {
            var (standing, known) = (OutcomeRules.OfLoss(claimed, "lost", Start), Known(claimed, replies));
            var lost = Projection.Apply(claimed, standing);
            if (!Correction.IsKnown(known, standing))
                return;

            Assert.True(Correction.IsOpenTo(lost, claimed));
            var corrected = Correction.Apply(lost, claimed, standing, known);
            var inTime = Projection.Apply(claimed, known);

            Assert.Equal(inTime.Recipients, corrected.Recipients);
            // Mail that goes on may wait for the later of two times, and then has no time left.
            if (inTime.State != EmailState.Deferred || corrected.State == EmailState.Deferred)
                Assert.Equal(inTime.State, corrected.State);
            Assert.Equal(corrected.State == EmailState.Deferred, corrected.DueAt is not null);
            Assert.Equal(corrected.State.IsOpen(), corrected.EndedAt is null);
            Assert.False(Correction.IsOpenTo(corrected, claimed));
            Assert.Contains(claimed.EventOfAttempt(1).OfCorrection(), corrected.Events);

            var e = Correction.EventOf(corrected, known);
            Assert.Equal((EventKind.Correction, corrected.State, corrected.DueAt), (e.Kind, e.State, e.NextDue));
            var again = Correction.EventOf(corrected, Start);
            Assert.Equal((e.Key, e.Kind, e.State, e.NextDue), (again!.Key, again.Kind, again.State, again.NextDue));
        });

    [Fact]
    public void A_recipient_that_is_known_to_have_it_is_never_addressed_again() =>
        Gen.Select(Claimed, Reply.Array[3]).Sample((claimed, replies) =>
        {
            var (standing, known) = (OutcomeRules.OfLoss(claimed, "lost", Start), Known(claimed, replies));
            if (!Correction.IsKnown(known, standing))
                return;
            var corrected = Correction.Apply(Projection.Apply(claimed, standing), claimed, standing, known);

            var sent = known.Recipients.Where(recipient => recipient.Status == RecipientStatus.Sent).Select(recipient => recipient.Mailbox).ToHashSet();
            Assert.All(corrected.Recipients.Where(recipient => sent.Contains(recipient.Mailbox)), recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        });

    [Fact]
    public void An_outcome_that_adds_no_knowledge_corrects_nothing()
    {
        var claimed = Row(UncertainPolicy.Retry, [RecipientStatus.Pending], TimeSpan.FromHours(24));
        var standing = OutcomeRules.OfLoss(claimed, "lost", Start);

        Assert.False(Correction.IsKnown(OutcomeRules.OfLoss(claimed, "our own processing failed", Start), standing));
        Assert.False(Correction.IsKnown(Known(claimed, [null]), standing));
        Assert.True(Correction.IsKnown(OutcomeRules.OfNoBeginning(claimed, "no time left", WaitReason.WorkerStopping, TimeSpan.Zero, Start), standing));
    }

    [Theory]
    [InlineData(nameof(UncertainPolicy.Retry), nameof(EmailState.Deferred))]
    [InlineData(nameof(UncertainPolicy.Hold), nameof(EmailState.Uncertain))]
    [InlineData(nameof(UncertainPolicy.AssumeSent), nameof(EmailState.Sent))]
    public void The_next_attempt_and_what_a_person_or_a_caller_has_ended_stand(string policy, string state)
    {
        var claimed = Row(Enum.Parse<UncertainPolicy>(policy), [RecipientStatus.Pending], TimeSpan.FromHours(24));
        var lost = Projection.Apply(claimed, OutcomeRules.OfLoss(claimed, "lost", Start));
        Assert.Equal(Enum.Parse<EmailState>(state), lost.State);
        Assert.True(Correction.IsOpenTo(lost, claimed));

        Assert.False(Correction.IsOpenTo(lost with { State = EmailState.Sending, Attempt = 2 }, claimed));
        Assert.False(Correction.IsOpenTo(lost with { State = EmailState.Deferred, Attempt = 2 }, claimed));
        Assert.False(Correction.IsOpenTo(lost with { ContentPurgedAt = Start }, claimed));
        // Another worker has claimed an attempt of the same number, after the first claim had failed or was given back.
        Assert.False(Correction.IsOpenTo(lost with { LastWorker = "another" }, claimed));
        foreach (var ended in (EmailState[])[EmailState.Sent, EmailState.Failed, EmailState.Discarded, EmailState.Canceled, EmailState.Expired, EmailState.Suppressed])
            Assert.False(Correction.IsOpenTo(lost.WithEnding(EventKey.OfEnding(lost.Id, Start, "token")) with { State = ended }, claimed));
    }

    /// <summary>A person has decided to try again, or our own processing has failed, and the next attempt has not begun.</summary>
    [Theory]
    [InlineData(nameof(EmailState.Queued), false)]
    [InlineData(nameof(EmailState.Deferred), false)]
    [InlineData(nameof(EmailState.Dead), true)]
    public void A_mail_whose_next_attempt_has_not_begun_is_corrected(string state, bool ended)
    {
        var claimed = Row(UncertainPolicy.Hold, [RecipientStatus.Pending], TimeSpan.FromHours(24));
        var standing = OutcomeRules.OfLoss(claimed, "lost", Start);
        var known = Known(claimed, [new SmtpReply(SmtpStage.FinalDot, 250, null, "taken")]);
        var lost = Projection.Apply(claimed, standing);
        var now = lost with
        {
            State = Enum.Parse<EmailState>(state),
            DueAt = Start,
            EndedAt = null,
            Ending = ended ? EventKey.OfEnding(lost.Id, Start, "token") : null,
            Recipients = [lost.Recipients[0] with { Status = RecipientStatus.Deferred }],
        };

        Assert.True(Correction.IsOpenTo(now, claimed));
        var corrected = Correction.Apply(now, claimed, standing, known);

        Assert.Equal((EmailState.Sent, RecipientStatus.Sent, (DateTimeOffset?)null), (corrected.State, corrected.Recipients[0].Status, corrected.DueAt));
        Assert.Equal(ended ? 1 : 0, corrected.PastEndings.Count);
        Assert.Null(corrected.Ending);
    }

    [Fact]
    public void A_recipient_suppressed_since_then_stays_suppressed_unless_the_mail_was_sent()
    {
        var claimed = Row(UncertainPolicy.Retry, [RecipientStatus.Pending, RecipientStatus.Pending], TimeSpan.FromHours(24));
        var standing = OutcomeRules.OfLoss(claimed, "lost", Start);
        var known = Known(claimed, [new SmtpReply(SmtpStage.FinalDot, 250, null, "taken"), new SmtpReply(SmtpStage.RcptTo, 450, null, "busy")]);
        var lost = Projection.Apply(claimed, standing);
        var suppressed = lost with { Recipients = [.. lost.Recipients.Select(recipient => recipient with { Status = RecipientStatus.Suppressed, Attempt = 2 })] };

        var corrected = Correction.Apply(suppressed, claimed, standing, known);

        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Suppressed], corrected.Recipients.Select(recipient => recipient.Status));
        Assert.Equal(EmailState.Partial, corrected.State);
    }

    private static EmailEvent Known(LedgerRow claimed, IReadOnlyList<SmtpReply?> replies) => OutcomeRules.OfTransaction(
        claimed,
        new TransactionResult(
            [
                .. claimed.Recipients.Where(recipient => recipient.IsOpen).Select((recipient, i) => (recipient.Mailbox, Reply: replies[i] ?? new SmtpReply(SmtpStage.FinalDot, 0, null, "no reply")))
                    .Select(told => new RecipientReply(told.Mailbox, ReplyRules.StatusOf(told.Reply), told.Reply)),
            ],
            1_000,
            TimeSpan.FromMilliseconds(5)),
        Start);

    private static LedgerRow Row(UncertainPolicy policy, IReadOnlyList<RecipientStatus> recipients, TimeSpan time)
    {
        var id = EmailId.Mint(Start)[0];
        var key = EventKey.OfAttempt(id, 1, Start);
        return new LedgerRow
        {
            Id = id,
            State = EmailState.Sending,
            Lane = Lane.Transactional,
            Sender = "shop@example.org",
            AcceptedAt = Start,
            ExpiresAt = Start + time,
            OnUncertain = policy,
            Attempt = 1,
            EventMinutes = [key.PartitionKey],
            Claim = new Claim("worker", Start + TimeSpan.FromMinutes(1), key, "relay"),
            Recipients = [.. recipients.Select((status, i) => new Recipient($"r{i}@example.com", RecipientKind.To, status, 0, null))],
        };
    }
}
