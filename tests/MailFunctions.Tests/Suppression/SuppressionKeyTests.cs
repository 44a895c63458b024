using CsCheck;
using MailFunctions.Suppression;
using MailFunctions.SuppressionApi;

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
    [InlineData("nobody")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("a@b@c@")]
    public void What_is_no_address_alone_is_refused_by_its_name(string segment) =>
        Assert.Equal("address", Assert.Single(SuppressionRequestReader.ReadAddress(segment).Problem!.Errors).Parameter);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    [InlineData("0123456789abcdef0123456789abcde ")]
    public void What_is_no_key_is_not_taken_for_one(string? text) => Assert.False(SuppressionKey.TryParse(text, out _));
}
