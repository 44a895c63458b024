using MailFunctions.Domains.Dmarc;

namespace MailFunctions.Tests.Domains;

public sealed class DmarcRecordTests
{
    [Theory]
    [InlineData("v=DMARC1; p=none", true)]
    [InlineData("v = DMARC1 ;p=none", true)]
    [InlineData("v=DMARC1", true)]
    [InlineData("v=dmarc1; p=none", false)]
    [InlineData("p=none; v=DMARC1", false)]
    [InlineData("v=DMARC12; p=none", false)]
    public void The_version_comes_first_and_in_its_spelling(string text, bool isOne) => Assert.Equal(isOne, DmarcRecord.IsOne(text));

    [Fact]
    public void Tags_have_any_order_and_their_defaults()
    {
        var record = DmarcRecord.Parse("v=DMARC1; rua=mailto:dmarc@example.com; adkim=s; p=Reject;");

        Assert.Equal((DmarcPolicy.Reject, Alignment.Strict, Alignment.Relaxed, PublicSuffix.Unknown), (record.Policy, record.Dkim, record.Spf, record.Suffix));
        Assert.True(record is { HasReports: true, IsTest: false, IsApplied: true });
        Assert.Empty(record.Remarks);
    }

    [Theory]
    [InlineData("v=DMARC1; p=none; pct=50", "pct was removed")]
    [InlineData("v=DMARC1; p=none; rf=afrf; ri=86400", "rf was removed")]
    [InlineData("v=DMARC1; p=none; frob=1", "frob is unknown")]
    [InlineData("v=DMARC1; sp=none", "p is missing")]
    [InlineData("v=DMARC1; p=none; p=reject", "there twice")]
    [InlineData("v=DMARC1; p=none; aspf=x", "aspf takes r, s")]
    [InlineData("v=DMARC1; p=none; rua=dmarc@example.com", "rua has no address")]
    [InlineData("v=DMARC1; p=none; reject", "'reject' is no tag")]
    public void What_receivers_ignore_is_remarked(string text, string remark)
    {
        var record = DmarcRecord.Parse(text);

        Assert.Contains(record.Remarks, one => one.Contains(remark, StringComparison.Ordinal));
        Assert.Equal(DmarcPolicy.None, record.Policy);
        Assert.True(record.IsApplied);
    }

    [Fact]
    public void A_wrong_policy_means_none_with_reports_and_no_record_without()
    {
        Assert.False(DmarcRecord.Parse("v=DMARC1; p=block").IsApplied);
        Assert.True(DmarcRecord.Parse("v=DMARC1; p=reject; sp=block; rua=mailto:a@example.com") is { IsApplied: true, Policy: DmarcPolicy.None });
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", true, true, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=reject; sp=none", true, true, DmarcPolicy.None)]
    [InlineData("v=DMARC1; p=reject; sp=none", false, true, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=none; sp=none; np=reject", true, false, DmarcPolicy.Reject)]
    [InlineData("v=DMARC1; p=none; sp=quarantine", true, false, DmarcPolicy.Quarantine)]
    [InlineData("v=DMARC1; p=reject; t=y", false, true, DmarcPolicy.Quarantine)]
    [InlineData("v=DMARC1; p=none; t=y", false, true, DmarcPolicy.None)]
    public void The_policy_depends_on_the_domain(string text, bool isBelow, bool exists, object policy) =>
        Assert.Equal(policy, DmarcRecord.Parse(text).PolicyFor(isBelow, exists));
}
