using CsCheck;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class StatisticsKeyTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char["/\\#?~|%'\u0000\u001f\u007f\u0085\u00e9(a"], 0, 40],
        Gen.String[Gen.Char["az09-_.:@"], 0, 2000]);

    [Fact]
    public void A_key_has_nothing_that_a_table_forbids() =>
        Gen.Select(Gen.Enum<Dimension>(), AnyText).Sample((dimension, value) =>
        {
            var key = StatisticsKey.Of(dimension, value);
            Assert.InRange(key.Length, 1, StatisticsKey.MaxLength);
            Assert.DoesNotContain(key, one => one is '/' or '\\' or '#' or '?' or '%' or '\'' || !char.IsAscii(one) || char.IsControl(one));
            Assert.True(string.CompareOrdinal(key, StatisticsKey.Prefix(dimension)) >= 0);
            Assert.True(string.CompareOrdinal(key, StatisticsKey.End(dimension)) < 0);
        });

    [Fact]
    public void Different_values_have_different_keys() =>
        Gen.Select(AnyText.Where(IsWellFormed), AnyText.Where(IsWellFormed)).Where((a, b) => a != b).Sample((a, b) =>
            Assert.NotEqual(StatisticsKey.Of(Dimension.Tag, a), StatisticsKey.Of(Dimension.Tag, b)));

    [Fact]
    public void Long_values_that_begin_alike_have_different_keys()
    {
        var name = new string('n', 256);
        var one = StatisticsKey.Of(Dimension.Tag, $"{name}:{new string('v', 255)}1");
        var two = StatisticsKey.Of(Dimension.Tag, $"{name}:{new string('v', 255)}2");

        Assert.Equal(StatisticsKey.MaxLength, one.Length);
        Assert.NotEqual(one, two);
    }

    [Theory]
    [InlineData("mail.example.com", "domain|mail.example.com")]
    [InlineData("(other)", "domain|~28other~29")]
    [InlineData("a/b~é", "domain|a~2Fb~7E~C3~A9")]
    public void A_usual_value_can_be_read_in_its_key(string value, string key) =>
        Assert.Equal(key, StatisticsKey.Of(Dimension.Domain, value));

    /// <summary>UTF-8 has one replacement for every lone surrogate.</summary>
    private static bool IsWellFormed(string text) => text.EnumerateRunes().All(rune => rune.Value != 0xFFFD);
}
