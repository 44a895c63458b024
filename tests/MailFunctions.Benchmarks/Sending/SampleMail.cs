using System.Text;
using System.Text.Json;
using MailFunctions.Mail;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>The mail that everybody sends: text and html of plain ASCII, about 4 KiB as MIME.</summary>
internal static class SampleMail
{
    public const string Sender = "shop@example.org";

    public const string Subject = "Your order 4711 is on its way";

    /// <summary>What a program that makes mail without MIME is told to make, in bytes.</summary>
    public const int Bytes = 4096;

    private const string Line = "Thank you for your order. It left our warehouse this morning, and";

    public static string Text { get; } = Lines(18, number => $"{Line} {number}.");

    public static string Html { get; } = "<!doctype html>\n<html><body>\n" + Lines(25, number => $"<p>{Line} {number}.</p>") + "</body></html>\n";

    public static EmailContent Content { get; } = new()
    {
        From = new EmailAddress("Shop", "shop", "example.org"),
        To = [new EmailAddress("Ada", "ada", "example.com")],
        Subject = Subject,
        Text = Text,
        Html = Html,
    };

    /// <summary>The same for other programs.</summary>
    public static string ToJson() => JsonSerializer.Serialize(new { from = "Shop <shop@example.org>", to = "Ada <ada@example.com>", subject = Subject, text = Text, html = Html });

    private static string Lines(int count, Func<int, string> line) =>
        Enumerable.Range(1, count).Aggregate(new StringBuilder(), (text, number) => text.Append(line(number)).Append('\n')).ToString();
}
