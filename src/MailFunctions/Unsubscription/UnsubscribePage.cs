using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.Extensions.Options;

namespace MailFunctions.Unsubscription;

/// <summary>Writes the page of an unsubscribe link: one button, without a script. It says nothing of whom or what the link names.</summary>
internal sealed class UnsubscribePage(IOptions<UnsubscribeOptions> options)
{
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string _style = StyleOf(options.Value.Color);

    /// <summary>The policy (CSP) under which the page works: its own style, and a form to where it came from.</summary>
    public string Policy => $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(_style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Returns the language of a page for a browser.</summary>
    public string LanguageOf(string? accepted) => PageLanguages.Of(accepted, options.Value.Language);

    /// <summary>Asks, with the button.</summary>
    public string Ask(string language) => Write(language, text => $"""
        <p>{Encode(text.Question)}</p>
        <form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">{Encode(text.Button)}</button></form>
        """);

    /// <summary>Confirms.</summary>
    public string Confirm(string language) => Write(language, text => $"""<p role="status">{Encode(text.Done)}</p>""");

    /// <summary>Says that it could not be stored, and offers the button again.</summary>
    public string Regret(string language) => Write(language, text => $"""
        <p role="alert">{Encode(text.Failed)}</p>
        <form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button type="submit">{Encode(text.Button)}</button></form>
        """);

    private string Write(string language, Func<PageText, string> body)
    {
        var text = PageLanguages.All[language];
        var title = options.Value.Name is { Length: > 0 } name ? $"{text.Title} – {name}" : text.Title;
        return $"""
            <!DOCTYPE html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex, nofollow">
            <meta name="referrer" content="no-referrer">
            <title>{Encode(title)}</title>
            <style>{_style}</style>
            </head>
            <body>
            <main>
            <h1>{Encode(title)}</h1>
            {body(text)}
            </main>
            </body>
            </html>

            """.ReplaceLineEndings("\n");
    }

    private static string Encode(string text) => Html.Encode(text);

    /// <param name="color">As the settings' validator lets it through: six hexadecimal digits.</param>
    private static string StyleOf(string color) =>
        $"body{{margin:0;font:1.125rem/1.5 system-ui,sans-serif;color:#1f2328;background:#fff}}main{{max-width:32rem;margin:12vh auto;padding:0 1.5rem}}h1{{font-size:1.5rem}}"
        + $"button{{font:inherit;padding:.75rem 1.5rem;border:2px solid #1f2328;border-radius:.375rem;background:{color};color:{TextOn(color)};cursor:pointer}}button:focus-visible{{outline:3px solid #1f2328;outline-offset:3px}}";

    /// <summary>Black or white, whichever stands out more (WCAG 2.2, relative luminance).</summary>
    private static string TextOn(string color)
    {
        var luminance = (0.2126 * Linear(1)) + (0.7152 * Linear(3)) + (0.0722 * Linear(5));
        return luminance > 0.179 ? "#000" : "#fff";

        double Linear(int at)
        {
            var part = int.Parse(color.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255d;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
    }
}
