using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;

namespace MailFunctions.Tests.Maintenance.Recovery;

/// <summary>What tells a mail that has lost its message from one that waits in a backlog.</summary>
public sealed class StalledMailTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>All in hours before now; null for none.</summary>
    public static TheoryData<double, double?, double?, bool> Cases => new()
    {
        { 24, null, null, true }, // nothing waits in the lane
        { 24, 1, null, true }, // what waits was put long after the mail was due: its own message is gone
        { 24, 25, null, false }, // workers have not come to its time yet
        { 24, 23.9, null, false }, // nor surely: a queue is not quite in order
        { 0.1, null, null, false }, // a dead instance may hold the message
        { 48, null, 24, true }, // what was queued again is gone, too
        { 48, 30, 24, false }, // what was queued again is still in the backlog
        { 48, 1, 24, true }, // it is not
        { 48, null, 1, false }, // it was queued again only now
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_mail_is_queued_again_when_no_message_that_waits_can_be_its_own(double due, double? front, double? queuedAgain, bool lost) =>
        Assert.Equal(lost, Row(EmailState.Deferred, Ago(due)).HasLostItsMessage(Ago(front), Ago(queuedAgain), Now));

    [Theory]
    [InlineData(nameof(EmailState.Queued), true)]
    [InlineData(nameof(EmailState.Deferred), true)]
    [InlineData(nameof(EmailState.Scheduled), true)]
    [InlineData(nameof(EmailState.Sending), true)]
    [InlineData(nameof(EmailState.Uncertain), false)]
    [InlineData(nameof(EmailState.Dead), false)]
    [InlineData(nameof(EmailState.Sent), false)]
    [InlineData(nameof(EmailState.Expired), false)]
    [InlineData(nameof(EmailState.Void), false)]
    public void Only_mail_that_is_open_can_lose_its_message(string state, bool lost)
    {
        Assert.Equal(lost, Row(Enum.Parse<EmailState>(state), Ago(24)).HasLostItsMessage(null, null, Now));
        Assert.False(Row(Enum.Parse<EmailState>(state), Now.AddHours(1)).HasLostItsMessage(null, null, Now));
    }

    private static DateTimeOffset? Ago(double? hours) => hours is { } h ? Now.AddHours(-h) : null;

    private static LedgerRow Row(EmailState state, DateTimeOffset? due) => new()
    {
        Id = EmailId.Mint(Now.AddDays(-3))[0],
        State = state,
        Lane = Lane.Bulk,
        Sender = "shop@example.org",
        AcceptedAt = Now.AddDays(-3),
        ExpiresAt = Now.AddDays(1),
        DueAt = state == EmailState.Sending ? null : due,
        Claim = state == EmailState.Sending ? new Claim("w", due!.Value, new EventKey("p", "r"), "relay") : null,
    };
}
