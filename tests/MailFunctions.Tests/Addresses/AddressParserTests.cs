using CsCheck;
using MailFunctions.Addresses;
using MailFunctions.Ledger;

namespace MailFunctions.Tests.Addresses;

public sealed class AddressParserTests
{
    private const string AtomChars = "abcXYZ019!#$%&'*+-/=?^_`{|}~äß漢";

    private static readonly Gen<string> LocalPart = Gen.String[Gen.Char[AtomChars], 1, 8].Array[1, 2].Select(atoms => string.Join('.', atoms));

    private static readonly Gen<string> Domain =
        Gen.String[Gen.Char["abc019"], 1, 20].Array[1, 4].Select(labels => string.Join('.', labels) + ".example");

    private static readonly Gen<string> Name =
        Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u00A1', '\u0377'], Gen.Char['一', '龥']), 1, 60].Select(name => name.Trim())
        .Where(name => name.Length > 0 && !name.Contains("=?", StringComparison.Ordinal));

    [Fact]
    public void Every_mailbox_of_the_allowed_form_is_read_as_it_is_written() => Gen.Select(LocalPart, Domain).Sample((local, domain) =>
    {
        var expected = new EmailAddress("", local, domain);

        Assert.Equal(expected, Parse($"{local}@{domain}"));
        Assert.Equal(expected, Parse($" <{local}@{domain}> "));
    });

    [Theory]
    [InlineData("jose\u0301@example.com", "jos\u00E9")]
    [InlineData("Ann <\u1100\u1161@example.com>", "\uAC00")]
    [InlineData("\uFF41@example.com", "\uFF41")] // NFC, and not NFKC (RFC 6532 section 3.1)
    public void A_local_part_is_composed(string text, string local) => Assert.Equal(local, Parse(text).LocalPart);

    [Theory]
    [InlineData("a\u037Eb@example.com")] // composed it is a semicolon
    [InlineData("a\uFFFDb@example.com")]
    [InlineData("a\uD83Db@example.com")]
    [InlineData("a\uFFFEb@example.com")]
    public void What_is_no_text_or_comes_to_be_a_delimiter_is_refused(string text) => Assert.False(AddressParser.TryParse(text, out _, out _));

    [Fact]
    public void Every_name_can_be_given_in_double_quotes() => Gen.Select(Name, LocalPart, Domain).Sample((name, local, domain) =>
    {
        var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.Equal(new EmailAddress(name, local, domain), Parse($"\"{quoted}\" <{local}@{domain}>"));
    });

    [Fact]
    public void Whatever_is_given_the_answer_is_an_address_or_a_reason() => Gen.String.Sample(text =>
    {
        if (!AddressParser.TryParse(text, out var address, out var fault))
            Assert.NotEmpty(fault);
        else
            Assert.DoesNotContain(address.DisplayName + address.Mailbox, char.IsControl);
    });

    [Fact]
    public void Whatever_is_put_into_an_address_nothing_but_one_mailbox_comes_out() =>
        Gen.Select(Gen.String[Gen.Char["ab.@<>()[]:;,\\\" \r\n\0é"], 0, 12], Gen.Int[0, 13]).Sample((noise, at) =>
        {
            var text = "Ann <a@b.cd>".Insert(Math.Min(at, 12), noise);
            if (AddressParser.TryParse(text, out var address, out _))
            {
                Assert.DoesNotContain(address.Mailbox, c => "<>()[]:;,\\\" \r\n\0".Contains(c, StringComparison.Ordinal));
                Assert.Equal(1, address.Mailbox.Count(c => c == '@'));
            }
        });

    [Theory]
    [InlineData("a@straße.example", "xn--strae-oqa.example")] // IDNA 2008 keeps the sharp s
    [InlineData("a@EXAMPLE.Com", "example.com")]
    [InlineData("a@例子.广告", "xn--fsqu00a.xn--4rr70v")]
    [InlineData("a@xn--bcher-kva.example", "xn--bcher-kva.example")]
    public void A_domain_is_read_in_the_form_that_DNS_sees(string text, string domain) => Assert.Equal(domain, Parse(text).Domain);

    private static EmailAddress Parse(string text)
    {
        Assert.True(AddressParser.TryParse(text, out var address, out var fault), $"{text}: {fault}");
        return address;
    }
}
