using CsCheck;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Mail;

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
    public void An_address_with_invalid_text_or_a_composed_delimiter_is_refused(string text) => Assert.False(AddressParser.TryParse(text, out _, out _));

    [Fact]
    public void Every_name_can_be_given_in_double_quotes() => Gen.Select(Name, LocalPart, Domain).Sample((name, local, domain) =>
    {
        var quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.Equal(new EmailAddress(name, local, domain), Parse($"\"{quoted}\" <{local}@{domain}>"));
    });

    [Fact]
    public void Parsing_any_text_gives_an_address_or_a_reason() => Gen.String.Sample(text =>
    {
        if (!AddressParser.TryParse(text, out var address, out var fault))
            Assert.NotEmpty(fault);
        else
            Assert.DoesNotContain(address.DisplayName + address.Mailbox, char.IsControl);
    });

    [Fact]
    public void Parsing_noise_in_an_address_gives_at_most_one_mailbox() =>
        Gen.Select(Gen.String[Gen.Char["ab.@<>()[]:;,\\\" \r\n\0é"], 0, 12], Gen.Int[0, 13]).Sample((noise, at) =>
        {
            var text = "Ann <a@b.cd>".Insert(Math.Min(at, 12), noise);
            if (AddressParser.TryParse(text, out var address, out _))
            {
                Assert.DoesNotContain(address.Mailbox, c => "<>()[]:;,\\\" \r\n\0".Contains(c, StringComparison.Ordinal));
                Assert.Equal(1, address.Mailbox.Count(c => c == '@'));
            }
        });

    /// <summary>Of each range of Default_Ignorable_Code_Point in Unicode's DerivedCoreProperties.txt the first and the last.</summary>
    [Theory]
    [InlineData(0x00AD)]
    [InlineData(0x034F)]
    [InlineData(0x061C)]
    [InlineData(0x115F)]
    [InlineData(0x1160)]
    [InlineData(0x17B4)]
    [InlineData(0x17B5)]
    [InlineData(0x180B)]
    [InlineData(0x180F)]
    [InlineData(0x200B)]
    [InlineData(0x200C)]
    [InlineData(0x200D)]
    [InlineData(0x200F)]
    [InlineData(0x202A)]
    [InlineData(0x202E)]
    [InlineData(0x2060)]
    [InlineData(0x206F)]
    [InlineData(0x3164)]
    [InlineData(0xFE00)]
    [InlineData(0xFE0F)]
    [InlineData(0xFEFF)]
    [InlineData(0xFFA0)]
    [InlineData(0xFFF0)]
    [InlineData(0xFFF8)]
    [InlineData(0x1BCA0)]
    [InlineData(0x1BCA3)]
    [InlineData(0x1D173)]
    [InlineData(0x1D17A)]
    [InlineData(0xE0000)]
    [InlineData(0xE0100)]
    [InlineData(0xE0FFF)]
    public void An_invisible_character_is_refused_anywhere_in_a_local_part(int codePoint)
    {
        foreach (var text in (string[])["{0}ada@example.com", "a{0}da@example.com", "ada{0}@example.com", "Ada <ada{0}@example.com>", "क{0}@example.com"])
        {
            Assert.False(AddressParser.TryParse(text.Replace("{0}", char.ConvertFromUtf32(codePoint), StringComparison.Ordinal), out _, out var fault), text);
            Assert.Contains("nobody sees", fault, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("क्\u200Dष@example.com")] // a virama before each joiner
    [InlineData("ක්\u200Dෂ@example.com")]
    [InlineData("क्\u200Cष@example.com")]
    [InlineData("ада@example.com")]
    public void Joiners_that_change_how_letters_look_are_kept(string text) => Assert.Equal(text, Parse(text).Mailbox);

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
