using MailFunctions.Keys;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Keys;

/// <summary>Which key may no more than another: what a key that makes keys is held to.</summary>
public sealed class KeyLimitsCoverTests
{
    private static readonly KeyLimits Any = new();

    public static TheoryData<string, bool> Cases => new()
    {
        { "* / *", true },
        { "* / example.com", true },
        { "example.com / *", false },
        { "example.com / a@example.com,example.com", true },
        { "a@example.com / A@example.com", true },
        { "a@example.com / example.com", false },
        { "example.com / sub.example.com", false },
        { "example.com,b@example.org / b@example.org", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Senders_and_recipients_cover_what_they_contain(string lists, bool covers)
    {
        var (outer, inner) = (lists.Split(" / ")[0].Split(','), lists.Split(" / ")[1].Split(','));

        Assert.Equal(covers, (Any with { Senders = outer }).Cover(Any with { Senders = inner }));
        Assert.Equal(covers, (Any with { Recipients = outer }).Cover(Any with { Recipients = inner }));
    }

    [Fact]
    public void An_empty_list_covers_all_and_is_covered_by_no_other()
    {
        KeyLimits[] limited =
        [
            Any with { Recipients = ["example.com"] }, Any with { Lanes = [Lane.Bulk] }, Any with { Headers = ["X-A"] },
            Any with { Templates = ["a"] }, Any with { Networks = ["192.0.2.1"] }, Any with { Quotas = new() { MailsPerDay = 5 } }, Any with { Senders = ["example.com"] },
        ];

        Assert.All(limited, limits => Assert.True(Any.Cover(limits)));
        Assert.All(limited, limits => Assert.False(limits.Cover(Any)));
        Assert.All(limited, limits => Assert.True(limits.Cover(limits)));
    }

    [Theory]
    [InlineData("X-Shop-*", "x-shop-order", true)]
    [InlineData("X-Shop-*", "X-Shop-A-*", true)]
    [InlineData("X-Shop-A-*", "X-Shop-*", false)]
    [InlineData("X-Shop", "X-Shop-*", false)]
    [InlineData("X-Shop", "X-Shop", true)]
    public void Patterns_cover_narrower_patterns(string outer, string inner, bool covers) =>
        Assert.Equal(covers, (Any with { Headers = [outer] }).Cover(Any with { Headers = [inner] }));

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.128/25", true)]
    [InlineData("192.0.2.128/25", "192.0.2.0/24", false)]
    [InlineData("192.0.2.0/24", "192.0.3.1", false)]
    [InlineData("0.0.0.0/0", "::/0", false)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    public void Networks_cover_the_networks_within(string outer, string inner, bool covers) =>
        Assert.Equal(covers, (Any with { Networks = [outer] }).Cover(Any with { Networks = [inner] }));

    [Theory]
    [InlineData("192.0.2.1/24")]
    [InlineData("::ffff:192.0.2.0/120")]
    [InlineData("192.0.2.0/33")]
    [InlineData("example.com")]
    [InlineData("")]
    public void A_network_that_is_none_is_refused(string text) => Assert.False(Network.TryParse(text, out _));

    [Fact]
    public void Rights_cover_those_that_they_imply()
    {
        Assert.True(Rights.Read.Cover(Rights.ReadOwn));
        Assert.False(Rights.ReadOwn.Cover(Rights.Read));
        Assert.False(Rights.Send.Cover(Rights.All));
        Assert.True(Rights.All.Cover(Rights.Operate | Rights.Send));
    }

    [Fact]
    public void Every_right_has_its_word_and_every_word_its_right()
    {
        var words = typeof(KeyRight).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(words.Order(StringComparer.Ordinal), RightNames.All.Order(StringComparer.Ordinal));
        Assert.Equal(Rights.All, RightNames.All.SkipLast(1).Aggregate(Rights.None, (rights, word) => RightNames.TryParse(word, out var right) ? rights | right : rights));
        Assert.Equal(Rights.Send, RightNames.Parse("send,of_a_later_version"));
        Assert.Equal([KeyRight.All], RightNames.Of(RightNames.Parse(string.Join(',', RightNames.Of(Rights.All)))));
    }
}
