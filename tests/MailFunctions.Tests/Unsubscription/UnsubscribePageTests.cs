using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Unsubscription;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Unsubscription;

/// <summary>The page by itself: languages, its policy, and what settings can put into it.</summary>
public sealed partial class UnsubscribePageTests
{
    [Theory]
    [InlineData("de", "de")]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("it, fr;q=0.5, en;q=0.4", "fr")]
    [InlineData("en;q=0.1, es;q=0.9", "es")]
    [InlineData("de;q=0, fr", "fr")]
    [InlineData("zh-Hans-CN", "zh")]
    [InlineData("IT, *;q=0.1", "es")]
    [InlineData("it", "es")]
    [InlineData("de;q=0", "es")]
    [InlineData("", "es")]
    [InlineData(null, "es")]
    [InlineData("not, a; header=,,;q=x", "es")]
    public void The_language_is_the_one_that_the_browser_likes_most(string? accepted, string language) =>
        Assert.Equal(language, PageLanguages.Of(accepted, "es"));

    [Fact]
    public void A_long_header_is_not_read() => Assert.Equal("en", PageLanguages.Of(string.Join(',', Enumerable.Repeat("de", 1000)), "en"));

    [Fact]
    public void Every_language_has_every_text_and_none_says_whom_it_concerns() => Assert.All(PageLanguages.All, language =>
    {
        var page = Page();
        Assert.All((string[])[page.Ask(language.Key), page.Confirm(language.Key), page.Regret(language.Key)], html =>
        {
            Assert.Contains($"<html lang=\"{language.Key}\">", html, StringComparison.Ordinal);
            Assert.Contains("""<meta name="robots" content="noindex, nofollow">""", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        });
        Assert.Contains(Encoded(language.Value.Question), page.Ask(language.Key), StringComparison.Ordinal);
        Assert.Contains(Encoded(language.Value.Done), page.Confirm(language.Key), StringComparison.Ordinal);
        Assert.DoesNotContain("<form", page.Confirm(language.Key), StringComparison.Ordinal);
        Assert.Single(Button().Matches(page.Ask(language.Key)));
    });

    [Fact]
    public void The_policy_admits_the_style_of_the_page_and_nothing_else()
    {
        var page = Page(color: "#ffcc00");
        var style = Style().Match(page.Ask("en")).Groups[1].Value;

        Assert.Contains($"style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}';", page.Policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none';", page.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffcc00", "#000")]
    [InlineData("#1a56db", "#fff")]
    public void The_text_of_the_button_stands_out_from_its_color(string color, string text) =>
        Assert.Contains($"background:{color};color:{text};", Page(color: color).Ask("en"), StringComparison.Ordinal);

    [Fact]
    public void A_name_is_text_and_no_markup()
    {
        var html = Page(name: "Müller & Sons <script>alert(1)</script>").Ask("en");

        Assert.Contains("<title>Unsubscribe – Müller &amp; Sons &lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://mail.example.com", "https://mail.example.com")]
    [InlineData("https://mail.example.com/", "https://mail.example.com")]
    [InlineData(" https://Example.COM:8443/a/b/ ", "https://example.com:8443/a/b")]
    [InlineData("https://münchen.example", "https://xn--mnchen-3ya.example")]
    [InlineData("http://127.0.0.1:7071", "http://127.0.0.1:7071")]
    [InlineData("http://localhost:7071", "http://localhost:7071")]
    [InlineData("http://mail.example.com", null)]
    [InlineData("https://user@mail.example.com", null)]
    [InlineData("https://mail.example.com/?a=b", null)]
    [InlineData("https://mail.example.com/#a", null)]
    [InlineData("https://mail.example.com/a&b", null)]
    [InlineData("https://mail.example.com/a'b", null)]
    [InlineData("mail.example.com", null)]
    [InlineData("ftp://mail.example.com", null)]
    [InlineData("javascript:alert(1)", null)]
    public void A_public_address_is_https_and_needs_no_escaping(string setting, string? address) => Assert.Equal(address, PublicAddress.Read(setting));

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("https://mail.example.com", true)]
    [InlineData("http://mail.example.com", false)]
    public void A_public_address_that_cannot_be_used_stops_the_start(string? setting, bool isTaken) =>
        Assert.Equal(isTaken, new PublicUrlOptionsValidator().Validate(null, new PublicUrlOptions { PublicUrl = setting }).Succeeded);

    [Fact]
    public void Every_wrong_setting_is_named()
    {
        var wrong = new UnsubscribeOptions { Mailto = "Leave <leave@example.com>", Name = new string('a', 101), Color = "red;}body{display:none", Language = "it" };

        var failures = new UnsubscribeOptionsValidator().Validate(null, wrong).Failures!.ToList();

        Assert.Equal(4, failures.Count);
        Assert.All((string[])["Mailto", "Name", "Color", "Language"], name => Assert.Contains(failures, failure => failure.Contains(name, StringComparison.Ordinal)));
        Assert.True(new UnsubscribeOptionsValidator().Validate(null, new UnsubscribeOptions()).Succeeded);
        Assert.False(new UnsubscribeOptionsValidator().Validate(null, new UnsubscribeOptions { Color = "#1a56db\n" }).Succeeded);
    }

    private static UnsubscribePage Page(string? name = null, string color = "#1a56db") => new(Options.Create(new UnsubscribeOptions { Name = name, Color = color }));

    private static string Encoded(string text) => text.Replace("'", "&#x27;", StringComparison.Ordinal).Replace("’", WebUtility.HtmlDecode("’"), StringComparison.Ordinal);

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<button ")]
    private static partial Regex Button();
}
