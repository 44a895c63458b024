using MailFunctions.Delivery;
using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Delivery;

public sealed class PauseGateTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Seconds until the mail's end, until the pause's end (0 for none), and until the next look.</summary>
    [Theory]
    [InlineData(3600, 0, 60)]
    [InlineData(3600, 3600, 60)]
    [InlineData(3600, 20, 20)]
    [InlineData(3600, 0.2, 1)]
    [InlineData(61, 0, 60)]
    [InlineData(60, 0, 30)]
    [InlineData(30, 0, 15)]
    [InlineData(10, 30, 5)]
    [InlineData(1, 0, 1)]
    public void A_paused_mail_is_looked_at_within_a_minute_and_before_its_end(double untilExpiry, double untilEnd, double expected)
    {
        var row = new LedgerRow { Id = EmailId.FirstFrom(Now), State = EmailState.Queued, Lane = Lane.Bulk, Sender = "a@example.org", AcceptedAt = Now, ExpiresAt = Now.AddSeconds(untilExpiry) };
        var pause = new Pause(new PauseTarget(PauseKind.Lane, "bulk"), "Why", "operator:command", Now, untilEnd == 0 ? null : Now.AddSeconds(untilEnd));

        Assert.Equal(TimeSpan.FromSeconds(expected), PauseGate.DueOf(row, pause, Now) - Now);
    }
}
