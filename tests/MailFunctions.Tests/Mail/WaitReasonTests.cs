using MailFunctions.Mail;
using MailFunctions.Tests.Docs;

namespace MailFunctions.Tests.Mail;

public sealed class WaitReasonTests
{
    [Fact]
    public void Each_reason_is_documented_under_the_name_that_is_stored_and_answered()
    {
        var documented = RepositoryFile.TableRows(RepositoryFile.Read("docs/api.md"), "GET emails/{id}/explain").Select(row => row[0].Trim('`')).ToList();

        Assert.Equal(Enum.GetValues<WaitReason>().Select(reason => reason.Name()), documented);
        Assert.Equal(Enum.GetValues<WaitReason>(), documented.Select(name => WaitReasons.Find(name)!.Value));
    }

    [Theory]
    [InlineData(nameof(EmailState.Scheduled), null, nameof(WaitReason.Scheduled))]
    [InlineData(nameof(EmailState.Queued), null, nameof(WaitReason.Worker))]
    [InlineData(nameof(EmailState.Queued), nameof(WaitReason.Requeued), nameof(WaitReason.Requeued))]
    [InlineData(nameof(EmailState.Deferred), nameof(WaitReason.RateLimit), nameof(WaitReason.RateLimit))]
    [InlineData(nameof(EmailState.Deferred), null, null)]
    [InlineData(nameof(EmailState.Sending), nameof(WaitReason.RateLimit), null)]
    [InlineData(nameof(EmailState.Sent), nameof(WaitReason.RateLimit), null)]
    public void Only_mail_that_is_open_and_not_under_way_waits_for_something(string state, string? stored, string? expected)
    {
        var row = new LedgerRow { Id = default, State = Enum.Parse<EmailState>(state), Lane = Lane.Bulk, Sender = "", AcceptedAt = default, ExpiresAt = default, WaitingFor = Parse(stored) };

        Assert.Equal(Parse(expected), WaitReasons.Of(row));
    }

    private static WaitReason? Parse(string? name) => name is null ? null : Enum.Parse<WaitReason>(name);
}
