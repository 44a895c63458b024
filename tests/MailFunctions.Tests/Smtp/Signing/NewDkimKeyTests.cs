using MailFunctions.Smtp.Signing;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class NewDkimKeyTests
{
    [Theory]
    [InlineData(2048, 2)]
    [InlineData(3072, 3)]
    [InlineData(null, 1)]
    public void A_key_is_taken_by_the_setting_and_its_record_is_cut_in_strings(int? bits, int strings)
    {
        var made = NewDkimKey.Make("Bücher.example", "s2027", bits);
        var options = TestKeys.Options(TestKeys.Key(made.PrivateKey, made.Selector, made.Domain), TestKeys.Key(TestKeys.RsaPem, "other", made.Domain));
        var key = SigningDomains.Read(options).Find("xn--bcher-kva.example")!.Keys[0];

        Assert.Equal(("xn--bcher-kva.example", "s2027._domainkey.xn--bcher-kva.example"), (made.Domain, made.RecordName));
        Assert.True(DkimKeyRecord.Parse(string.Concat(made.RecordStrings)).Shows(key));
        Assert.Equal(strings, made.RecordStrings.Count);
        Assert.All(made.RecordStrings, text => Assert.InRange(text.Length, 1, 255));
    }

    [Fact]
    public void The_text_of_a_new_key_does_not_show_it()
    {
        var made = NewDkimKey.Make("example.com", "s1", null);

        Assert.Equal("s1._domainkey.example.com", $"{made}");
    }

    [Theory]
    [InlineData("example", "s1", 2048, "'example' has no valid domain: a dotted DNS name such as example.com is needed.")]
    [InlineData("example.com", "s_1", 2048, "'s_1' is no name of a selector: it takes labels of letters, digits and dashes, such as s2027.")]
    [InlineData("example.com", "s1", 1024, "An RSA key has 2048 to 4096 bits.")]
    public void What_cannot_be_used_is_refused_with_a_sentence(string domain, string selector, int bits, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(() => NewDkimKey.Make(domain, selector, bits)).Message);
}
