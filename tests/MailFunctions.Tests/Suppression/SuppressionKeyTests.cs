using CsCheck;
using MailFunctions.Api.Suppressions;
using MailFunctions.Suppression;

namespace MailFunctions.Tests.Suppression;

public sealed class SuppressionKeyTests
{
    private static readonly Gen<string> LocalPart = Gen.String[Gen.Char["abcXYZ019!#$%&'*+-/=?^_`{|}~äÖß漢İΣ"], 1, 12];

    [Fact]
    public void An_address_and_its_normalised_form_have_one_key() => LocalPart.Sample(local =>
    {
        var mailbox = $"{local}@example.com";
        var normalised = SuppressionKey.Normalise(mailbox);

        Assert.Equal(normalised, SuppressionKey.Normalise(normalised));
        Assert.Equal(SuppressionKey.Of(mailbox), SuppressionKey.Of(normalised));
    });

    [Fact]
    public void Keys_and_their_text_have_one_order_and_nothing_that_a_table_forbids() => Gen.Select(LocalPart, LocalPart).Sample((one, other) =>
    {
        var (a, b) = (SuppressionKey.Of($"{one}@example.com"), SuppressionKey.Of($"{other}@example.com"));

        Assert.Equal(Math.Sign(a.CompareTo(b)), Math.Sign(string.CompareOrdinal(a.RowKey, b.RowKey)));
        Assert.All(a.RowKey, c => Assert.True(char.IsAsciiHexDigitLower(c)));
        Assert.Equal(a.PartitionKey, a.RowKey[..1]);
        Assert.True(SuppressionKey.TryParse(a.RowKey, out var parsed));
        Assert.Equal(a, parsed);
    });

    [Theory]
    [InlineData("Ada@Example.COM", "ada@example.com")]
    [InlineData("ada@BÜCHER.example", "ada@xn--bcher-kva.example")]
    [InlineData("a%2Fb@example.com", "a/b@example.com")]
    [InlineData("Ada+News@example.com", "ada+news@example.com")]
    public void An_address_in_a_path_is_read_as_the_envelope_would_name_it(string segment, string address) =>
        Assert.Equal(address, SuppressionRequestReader.ReadAddress(segment).Value);

    [Theory]
    [InlineData("ada.lovelace@example.com")]
    [InlineData("ada+news@example.com")]
    public void Dots_and_tags_make_another_address(string other)
    {
        Assert.NotEqual(SuppressionKey.Of("adalovelace@example.com"), SuppressionKey.Of(other));
        Assert.NotEqual(SuppressionKey.Of("ada@example.com"), SuppressionKey.Of(other));
    }

    [Theory]
    [InlineData("jose\u0301@example.com", "jos\u00E9@example.com")] // one accent, composed and not
    [InlineData("JOSE\u0301@example.com", "jos\u00E9@example.com")]
    [InlineData("q\u0323\u0307@example.com", "q\u0307\u0323@example.com")] // two accents, in either order
    [InlineData("\uAC00@example.com", "\u1100\u1161@example.com")] // Hangul
    [InlineData("\uFF41\uFF44\uFF41@example.com", "ada@example.com")] // fullwidth letters
    [InlineData("\uFF76\uFF9E@example.com", "\u30AC@example.com")] // halfwidth katakana with its mark
    [InlineData("\uFB01ona@example.com", "fiona@example.com")] // a ligature
    [InlineData("\u03B3\u03B9\u03CE\u03C1\u03B3\u03BF\u03C2@example.com", "\u0393\u0399\u038F\u03A1\u0393\u039F\u03A3@example.com")] // the small sigma at the end
    [InlineData("\u212Aim@example.com", "kim@example.com")] // the sign for kelvin
    public void Spellings_of_one_address_have_one_key(string one, string other) => Assert.Equal(SuppressionKey.Of(one), SuppressionKey.Of(other));

    [Theory]
    [InlineData("jose@example.com", "jos\u00E9@example.com")]
    [InlineData("m\u00FCller@example.com", "mueller@example.com")]
    [InlineData("stra\u00DFe@example.com", "strasse@example.com")]
    [InlineData("\u0430da@example.com", "ada@example.com")] // a Cyrillic a
    public void Names_that_only_look_alike_are_different(string one, string other) => Assert.NotEqual(SuppressionKey.Of(one), SuppressionKey.Of(other));

    /// <summary>Computed by: printf 'jose\xcc\x81@example.com' | sha256sum, and the same for the other.</summary>
    [Theory]
    [InlineData("jose\u0301@example.com", "70d72e4a4d0b058a595bd869112d4662")]
    [InlineData("jos\u00E9@example.com", "70d72e4a4d0b058a595bd869112d4662")]
    [InlineData("jose\u0301@example.com", "b0a53cf19e34d05b57bced7365c6b00d")]
    [InlineData("jos\u00E9@example.com", "b0a53cf19e34d05b57bced7365c6b00d")]
    public void A_key_stored_by_an_earlier_version_without_normalization_is_looked_up_too(string mailbox, string storedKey) =>
        Assert.Contains(storedKey, SuppressionKey.AllOf(mailbox).Select(key => key.RowKey));

    [Fact]
    public void An_address_of_ASCII_has_one_key() => Assert.Single(SuppressionKey.AllOf("Ada@example.com"));

    [Theory]
    [InlineData("nobody")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("a@b@c@")]
    public void A_text_that_is_not_a_bare_address_is_refused_by_parameter_name(string segment) =>
        Assert.Equal("address", Assert.Single(SuppressionRequestReader.ReadAddress(segment).Problem!.Errors).Parameter);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    [InlineData("0123456789abcdef0123456789abcde ")]
    public void A_text_that_is_not_a_key_is_not_parsed_as_one(string? text) => Assert.False(SuppressionKey.TryParse(text, out _));
}
