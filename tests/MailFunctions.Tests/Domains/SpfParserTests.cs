using MailFunctions.Domains.Spf;

namespace MailFunctions.Tests.Domains;

public sealed class SpfParserTests
{
    [Theory]
    [InlineData("v=spf1", true)]
    [InlineData("V=SPF1 -all", true)]
    [InlineData("v=spf10 -all", false)]
    [InlineData("v=spf1-all", false)]
    [InlineData(" v=spf1 -all", false)]
    public void The_version_ends_in_a_space_or_the_record(string text, bool isOne) => Assert.Equal(isOne, SpfRecord.IsOne(text));

    [Theory]
    [InlineData("v=spf1 ip4:192.0.2.1 inclde:example.com -all", 22, "inclde:example.com")]
    [InlineData("v=spf1 ip4:192.0.2.300 -all", 8, "ip4:192.0.2.300")]
    [InlineData("v=spf1  a/33", 9, "a/33")]
    [InlineData("v=spf1 include", 8, "include")]
    [InlineData("v=spf1 exists:%{x}.example.com", 8, "exists:%{x}.example.com")]
    [InlineData("v=spf1 all:example.com", 8, "all:example.com")]
    [InlineData("v=spf1 redirect=a.example redirect=b.example", 27, "redirect=b.example")]
    [InlineData("v=spf1 ip4:2001:db8::1", 8, "ip4:2001:db8::1")]
    public void An_error_is_located(string text, int position, string term)
    {
        var fault = Assert.Single(SpfParser.Parse(text).Faults);

        Assert.Equal((position, term), (fault.Position, fault.Term));
    }

    [Fact]
    public void Every_error_is_found() => Assert.Equal(3, SpfParser.Parse("v=spf1 +foo ip4: -all a:b").Faults.Count);

    [Fact]
    public void An_address_as_a_domain_gets_a_hint() => Assert.Contains("ip4:", Assert.Single(SpfParser.Parse("v=spf1 a:192.0.2.1 -all").Faults).Sentence, StringComparison.Ordinal);
}
