using CsCheck;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Statistics;
using MailFunctions.Suppression;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Suppression;

/// <summary>What the list makes of a mail's recipients, over any history of attempts, lists and decisions.</summary>
public sealed class SuppressorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly OutcomeRules OutcomeRules = new(new RetrySchedule(Options.Create(new DeliveryOptions())));

    [Fact]
    public void Suppressed_recipients_are_never_addressed_and_are_counted_once_in_any_history() =>
        Gen.Select(Gen.Bool.Array[3].Array[1, 6], Gen.Enum<UncertainPolicy>(), Gen.Int[0, 4].Array[6], Gen.Bool.Array[6]).Sample((lists, policy, replies, died) =>
        {
            var row = Row(policy);
            var events = new List<EmailEvent>();
            for (var i = 0; i < lists.Length && row.State is EmailState.Queued or EmailState.Deferred; i++)
            {
                var snapshot = ListOf(lists[i]);
                row = Suppressor.Settle(row, snapshot, Start);
                Assert.All(row.Recipients.Where(recipient => recipient.IsOpen), recipient => Assert.Null(snapshot.Find(recipient.Mailbox, row.Lane, Start)));
                row = row switch
                {
                    _ when !row.Recipients.Any(recipient => recipient.IsOpen) => Ended(row, OutcomeRules.Settled(row.Recipients), events),
                    // Our own fault between the check and the claim; then a person has it tried again.
                    _ when died[i] => Suppressor.MarkReported(Ended(row, EmailState.Dead, events)) with { State = Transitions.Require(EmailState.Dead, EmailState.Queued), Ending = null },
                    _ => Attempted(row, replies[i], events),
                };
                if (row.State == EmailState.Uncertain)
                    row = Suppressor.MarkReported(row);
            }

            var counted = MinuteStatistics.Compute(events, []).Where(measured => measured.Dimension == Dimension.Total).Sum(measured => measured.Measures[Measure.Suppressed]);
            var settled = row.Recipients.Count(recipient => recipient.IsSuppressed);
            var byDomain = MinuteStatistics.Compute(events, []).Where(measured => measured.Dimension == Dimension.Domain).Sum(measured => measured.Measures[Measure.Suppressed]);
            // The last check may stand before its attempt or ending.
            var untold = row.State.IsOpen() ? row.Recipients.Count(recipient => recipient.IsSuppressed && recipient.Attempt > row.Attempt) : 0;
            Assert.Equal((settled - untold, settled - untold), (counted, byDomain));
        });

    [Theory]
    [InlineData("sss", nameof(EmailState.Suppressed))]
    [InlineData("xss", nameof(EmailState.Partial))]
    [InlineData("rss", nameof(EmailState.Failed))]
    [InlineData("xrs", nameof(EmailState.Partial))]
    [InlineData("uss", nameof(EmailState.Uncertain))]
    [InlineData("xxs", nameof(EmailState.Partial))]
    public void A_mail_without_open_recipients_gets_its_state_from_them_by_a_legal_step(string statuses, string state)
    {
        var row = Row(UncertainPolicy.Hold) with { Recipients = [.. statuses.Select((c, i) => new Recipient($"r{i}@d{i}.example", RecipientKind.To, StatusOf(c), 0, null))] };

        Assert.Equal(Enum.Parse<EmailState>(state), OutcomeRules.Settled(row.Recipients));
        Assert.Equal(Enum.Parse<EmailState>(state), Transitions.Require(EmailState.Queued, Enum.Parse<EmailState>(state)));
        Assert.Equal(Enum.Parse<EmailState>(state), Transitions.Require(EmailState.Deferred, Enum.Parse<EmailState>(state)));

        static RecipientStatus StatusOf(char c) => c switch
        {
            's' => RecipientStatus.Suppressed,
            'r' => RecipientStatus.Rejected,
            'u' => RecipientStatus.Uncertain,
            _ => RecipientStatus.Sent,
        };
    }

    [Fact]
    public void The_reply_of_a_suppressed_recipient_has_the_reason_and_the_day()
    {
        var row = Suppressor.Settle(Row(UncertainPolicy.Retry), ListOf([true, false, false]), Start);

        Assert.Equal(new SmtpReply(SmtpStage.Local, 0, null, "On the suppression list: complaint, since 2026-11-14"), row.Recipients[0].Reply);
        Assert.Equal([RecipientStatus.Suppressed, RecipientStatus.Pending, RecipientStatus.Pending], row.Recipients.Select(recipient => recipient.Status));
    }

    [Fact]
    public void A_mail_without_suppressed_recipients_stays_the_same_row()
    {
        var row = Row(UncertainPolicy.Retry);

        Assert.Same(row, Suppressor.Settle(row, SuppressionSnapshot.Empty, Start));
        Assert.Same(row, Suppressor.Settle(row, SuppressionSnapshot.Of([(SuppressionKey.Of("other@example.com"), Suppressed.Unreadable)]), Start));
    }

    private static SuppressionSnapshot ListOf(bool[] listed) => SuppressionSnapshot.Of(listed.Index().Where(item => item.Item).Select(item =>
    {
        var entry = new SuppressionEntry($"r{item.Index}@d{item.Index}.example", SuppressionReason.Complaint, SuppressionScope.All, Start.AddDays(-9), null, null);
        return (entry.Key, Suppressed.Of(entry));
    }));

    private static LedgerRow Ended(LedgerRow row, EmailState state, List<EmailEvent> events)
    {
        var ended = row with { State = Transitions.Require(row.State, state), EndedAt = Start, Ending = new EventKey("0-202611231200", $"end{events.Count}") };
        events.Add(TerminalStates.EventOf(ended, Start)!);
        return ended;
    }

    private static LedgerRow Attempted(LedgerRow row, int reply, List<EmailEvent> events)
    {
        var claimed = row with
        {
            State = Transitions.Require(row.State, EmailState.Sending),
            Attempt = row.Attempt + 1,
            Claim = new Claim("worker", Start, new EventKey("0-202611231200", $"attempt{row.Attempt + 1}"), "relay"),
        };
        var e = reply switch
        {
            0 => OutcomeRules.OfLoss(claimed, "lost", Start),
            1 => OutcomeRules.OfNoBeginning(claimed, "no time", WaitReason.WorkerStopping, TimeSpan.Zero, Start),
            _ => OutcomeRules.OfTransaction(claimed, new TransactionResult([.. claimed.Recipients.Where(recipient => recipient.IsOpen).Select((recipient, i) => Reply(recipient.Mailbox, reply + i))], 100, TimeSpan.Zero), Start),
        };
        events.Add(e);
        return Projection.Apply(claimed, e);
    }

    private static RecipientReply Reply(string mailbox, int kind)
    {
        var reply = new SmtpReply(SmtpStage.FinalDot, (kind % 3) switch { 0 => 250, 1 => 450, _ => 550 }, null, "text");
        return new RecipientReply(mailbox, ReplyRules.StatusOf(reply), reply);
    }

    private static LedgerRow Row(UncertainPolicy policy) => new()
    {
        Id = EmailId.Mint(Start)[0],
        State = EmailState.Queued,
        Lane = Lane.Transactional,
        Sender = "shop@example.org",
        AcceptedAt = Start,
        ExpiresAt = Start + TimeSpan.FromHours(24),
        OnUncertain = policy,
        Recipients = [.. Enumerable.Range(0, 3).Select(i => new Recipient($"r{i}@d{i}.example", RecipientKind.To, RecipientStatus.Pending, 0, null))],
    };
}
