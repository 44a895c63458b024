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
    [InlineData(EmailState.Scheduled, null, WaitReason.Scheduled)]
    [InlineData(EmailState.Queued, null, WaitReason.Worker)]
    [InlineData(EmailState.Queued, WaitReason.Requeued, WaitReason.Requeued)]
    [InlineData(EmailState.Deferred, WaitReason.RateLimit, WaitReason.RateLimit)]
    [InlineData(EmailState.Deferred, null, null)]
    [InlineData(EmailState.Sending, WaitReason.RateLimit, null)]
    [InlineData(EmailState.Sent, WaitReason.RateLimit, null)]
    public void Only_mail_that_is_open_and_not_under_way_waits_for_something(EmailState state, WaitReason? stored, WaitReason? expected)
    {
        var row = new LedgerRow { Id = default, State = state, Lane = Lane.Bulk, Sender = "", AcceptedAt = default, ExpiresAt = default, WaitingFor = stored };

        Assert.Equal(expected, WaitReasons.Of(row));
    }
}
