using System.Text;
using CsCheck;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("<p>One</p><p>Two</p>", "One\n\nTwo")]
    [InlineData("Plain &amp; simple &lt;b&gt; &auml; &#x1F600;", "Plain & simple <b> ä 😀")]
    [InlineData("  a \n\t b<br>c<br><br><br><br>d ", "a b\nc\n\nd")]
    [InlineData("<div>a</div><div><div>b</div></div>c", "a\nb\nc")]
    [InlineData("<h1>Head</h1>text", "Head\n\ntext")]
    [InlineData("<p>See <a href=\"https://example.com/x?a=1&amp;b=2\">our <b>page</b></a>.</p>", "See our page (https://example.com/x?a=1&b=2).")]
    [InlineData("<a href='https://example.com'>https://example.com</a>", "https://example.com")]
    [InlineData("<a href='#top'>top</a> <a href='javascript:x()'>x</a> <a>y</a>", "top x y")]
    [InlineData("<a href='https://example.com'><img src='x.png'></a>", "https://example.com")]
    [InlineData("<a href='https://example.com'><img src='x.png' alt='Shop'></a>", "Shop (https://example.com)")]
    [InlineData("a<ul><li>b</li><li>c<ol><li>d</li><li>e</li></ol></li></ul>f", "a\n\n- b\n- c\n  1. d\n  2. e\n\nf")]
    [InlineData("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>3</td></tr></table>", "Item | Price\nTea | 3")]
    [InlineData("<head><title>T</title><style>p{}</style></head><body><script>if (a < b) {}</script>x</body>", "x")]
    [InlineData("<div style='display: none'>preview <div>inner</div></div><p>x</p>", "x")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("a<!-- b --><hr>c", "a\n\n----------\n\nc")]
    [InlineData("&nbsp;&zwnj;&nbsp;x", "x")]
    [InlineData("<p>می\u200Cخواهم 👨\u200D👩\u200D👧 ❤️\u200D🔥</p>", "می\u200Cخواهم 👨\u200D👩\u200D👧 ❤️\u200D🔥")]
    [InlineData("<p>क्<b>\u200Dष</b></p>", "क्\u200Dष")]
    [InlineData("a\u200C \u200Cb\u200D<br>\u200Dc\u200C\u200C\u00ADd\u200B\u200De\u200D", "a b\ncde")]
    [InlineData("<pre>a\u200Db\n\u200Cc</pre>", "a\u200Db\nc")]
    [InlineData("x&zwnj;&nbsp;&zwnj;&nbsp;y", "x y")]
    [InlineData("<b>a</b><i>b</i> <u>c</u>", "ab c")]
    [InlineData("<p>unclosed <b>bold<p>next", "unclosed bold\n\nnext")]
    [InlineData("<img src='x'>", "")]
    [InlineData("", "")]
    [InlineData("a < b and c > d", "a < b and c > d")]
    public void Html_becomes_text_that_can_be_read(string html, string expected) => Assert.Equal(expected, HtmlText.From(html));

    [Fact]
    public void Any_html_becomes_text_without_an_end_of_memory_or_of_time() =>
        Gen.String[Gen.Char["<>/abdiplrsuot='\" \n&;#-!"], 0, 200].Sample(html =>
        {
            var text = HtmlText.From(html);
            Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
            Assert.Equal(text.Trim('\n'), text);
        });

    [Fact]
    public void No_letter_is_cut_in_two_where_the_text_ends()
    {
        var text = HtmlText.From("x" + string.Concat(Enumerable.Repeat("😀", TemplateLimits.OutputChars / 2)));

        Assert.Equal(TemplateLimits.OutputChars - 1, text.Length);
        Assert.EndsWith("😀", text, StringComparison.Ordinal);
    }

    public static TheoryData<string> Hostile =>
    [
        "<div>", "<b>", "<p>", "<ul><li>x", "<table><tr><td>", "<a href=https://example.com/>", "<a href=x>y", "<svg>", "<template>", "</div>", "<!--", "<", "&", "&amp", "<![CDATA[",
        "<div style=display:none>", "<pre>", "<script>", "<br>", "<li>x", "<p a=1 b=2 c=3 d>", "<select><option>", "<x y='", "\u00AD",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void No_repetition_takes_the_worker(string piece)
    {
        var html = new StringBuilder().Insert(0, piece, 1_000_000 / piece.Length).ToString();
        var spent = new ThreadCost();

        var text = HtmlText.From(html);

        var (took, cost) = (spent.Computed, spent.Allocated);
        TestContext.Current.TestOutputHelper?.WriteLine($"{piece}: {took.TotalMilliseconds:0} ms, {cost / 1024 / 1024} MiB, {text.Length} characters");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(cost, 0, 600L * 1024 * 1024);
        Assert.InRange(text.Length, 0, TemplateLimits.OutputChars);
    }

    [Fact]
    public void The_text_is_cut_where_a_mail_can_hold_no_more()
    {
        var items = new StringBuilder("<ul><ul><ul><ul><ul><ul><ul><ul>").Insert(32, "<li>x", 600_000).ToString();

        Assert.Equal(TemplateLimits.OutputChars, HtmlText.From(items).Length);
    }
}
