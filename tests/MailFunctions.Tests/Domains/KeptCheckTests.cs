using MailFunctions.Domains.Watch;

namespace MailFunctions.Tests.Domains;

public sealed class KeptCheckTests
{
    [Theory]
    [InlineData(DomainStatus.Verified, DomainStatus.Failed, true)]
    [InlineData(DomainStatus.Verified, DomainStatus.NotStarted, true)]
    [InlineData(DomainStatus.Warning, DomainStatus.Failed, true)]
    [InlineData(DomainStatus.Verified, DomainStatus.Pending, true)]
    [InlineData(DomainStatus.Pending, DomainStatus.Pending, false)]
    [InlineData(DomainStatus.TemporaryFailure, DomainStatus.Pending, false)]
    [InlineData(DomainStatus.Pending, DomainStatus.NotStarted, true)]
    [InlineData(DomainStatus.Verified, DomainStatus.TemporaryFailure, false)]
    [InlineData(DomainStatus.Verified, DomainStatus.Unknown, false)]
    [InlineData(DomainStatus.Failed, DomainStatus.Failed, false)]
    [InlineData(DomainStatus.TemporaryFailure, DomainStatus.Failed, false)]
    [InlineData(DomainStatus.Failed, DomainStatus.Verified, false)]
    public void A_check_that_passed_and_fails_is_reported(string before, string now, bool isReported)
    {
        var first = KeptCheck.After(null, Answer(before), out var atFirst);
        KeptCheck.After(first, Answer(now), out var failed);

        Assert.Empty(atFirst);
        Assert.Equal(isReported, failed.Count == 1);
    }

    [Fact]
    public void Trouble_of_DNS_between_the_two_hides_nothing()
    {
        var passed = KeptCheck.After(null, Answer(DomainStatus.Verified), out _);
        var silent = KeptCheck.After(passed, Answer(DomainStatus.TemporaryFailure), out _);

        KeptCheck.After(silent, Answer(DomainStatus.Failed), out var failed);

        Assert.Equal(DomainStatus.Verified, silent.Status);
        Assert.Single(failed);
    }

    [Fact]
    public void Information_is_never_reported()
    {
        var passed = KeptCheck.After(null, Answer(DomainStatus.Verified, DomainCheckName.MtaSts), out _);

        var next = KeptCheck.After(passed, Answer(DomainStatus.NotStarted, DomainCheckName.MtaSts), out var failed);

        Assert.Empty(failed);
        Assert.Empty(next.Failing);
        Assert.Equal(DomainStatus.Verified, next.Status);
    }

    private static DomainCheckAnswer Answer(string status, string check = DomainCheckName.Dkim) => new(
        "example.com", status, DateTimeOffset.UnixEpoch, null, "example.com", [new DomainFinding(check, "s1._domainkey.example.com", status, new string('x', 1_000), null, null, "RFC 6376")], null, []);
}
