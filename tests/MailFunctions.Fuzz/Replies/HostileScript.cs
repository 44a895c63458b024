using System.Globalization;
using System.Text;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Fuzz.Replies;

/// <summary>What a relay does, exchange by exchange: mostly the usual, else anything.</summary>
/// <remarks>A client waits for each answer, so that the choices follow from the seed; a lock is for connections that overlap.</remarks>
internal sealed class HostileScript(Random random)
{
    private static readonly int[] Codes = [211, 214, 220, 221, 235, 250, 250, 251, 252, 334, 354, 421, 432, 450, 451, 452, 454, 500, 501, 502, 503, 504, 521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 100, 199, 299, 600, 999];

    private static readonly string[] ReplyTexts =
    [
        "OK", "2.0.0 Ok: queued", "2.1.5 Recipient ok", "5.1.1 No such user", "4.7.1 Greylisted, try again in 5 minutes", "5.7.1 Blocked", "4.4.2 Too many connections", "5.3.4 too big", "", "5.1.1", "Gr\u00fc\u00dfe",
        "250 OK", "a\tb\u0001c", "4.2.2 Mailbox full (retry in 99999999999999999999 seconds)", "9.9.9 what",
    ];

    private readonly Lock _lock = new();
    private readonly StringBuilder _reported = new();

    public SmtpAction? Answer(SmtpExchange exchange)
    {
        lock (_lock)
        {
            var isOpening = exchange.Verb is SmtpExchange.Greeting or "EHLO" or "HELO";
            if (random.Chance(isOpening ? 92 : 65))
                return null;
            var (action, name) = Choose(exchange);
            _reported.Append(CultureInfo.InvariantCulture, $"{exchange.Verb} {name}; ");
            return action;
        }
    }

    public override string ToString() => _reported.ToString();

    private (SmtpAction Action, string Name) Choose(SmtpExchange exchange)
    {
        var line = Line();
        switch (random.Next(100))
        {
            case < 30:
                return NotTakenUnlessYes(exchange, SmtpAction.Reply(line), line);
            case < 38:
                var (code, lines) = (random.Pick(Codes), Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Pick(ReplyTexts)).ToList());
                return NotTakenUnlessYes(exchange, SmtpAction.Reply(code, lines), string.Create(CultureInfo.InvariantCulture, $"{code} in {lines.Count} lines"));
            case < 48:
                // What begins as a yes is one, to the server as to the client.
                return (SmtpAction.Garbage(Garbage()), "garbage");
            case < 60:
                return (SmtpAction.Default.Preceded(line), $"preceded by {line}");
            case < 66:
                return (SmtpAction.Reply(Line()).Preceded(line).NotStored(), $"another, preceded by {line}");
            case < 78:
                return (SmtpAction.Default.Followed(line), $"followed by {line}");
            case < 82:
                return (SmtpAction.Close, "close");
            case < 85:
                return (SmtpAction.Reset, "reset");
            case < 87:
                return (SmtpAction.HalfClose, "half close");
            case < 89:
                return (SmtpAction.Forever(Encoding.Latin1.GetBytes(random.Pick(["x", "250-a\r\n", "250", "220 \r\n", "\r\n", "\0"]))), "without end");
            case < 93:
                return (SmtpAction.Default.InPieces(), "in pieces");
            case < 95:
                return (SmtpAction.Default.ThenReset(), "then reset");
            case < 97:
                return (SmtpAction.Reply(random.Pick(Codes), new string('x', random.Next(60_000, 70_000))), "long");
            case < 98:
                return (SmtpAction.Stall, "stall");
            default:
                return (SmtpAction.CutContentAfter(random.Next(200)), "content cut");
        }
    }

    /// <summary>RFC 5321 section 4.3.2: 250 is the yes to the content, and so are its like, 251 and 252; no other reply is one.</summary>
    private static (SmtpAction Action, string Name) NotTakenUnlessYes(SmtpExchange exchange, SmtpAction action, string name) =>
        exchange.Verb == SmtpExchange.FinalDot && name[..3] is not ("250" or "251" or "252") ? (action.NotStored(), name) : (action, name);

    private string Line() => string.Create(CultureInfo.InvariantCulture, $"{random.Pick(Codes)}{(random.Chance(90) ? " " : "")}{random.Pick(ReplyTexts)}");

    private byte[] Garbage() => random.Next(4) switch
    {
        0 => random.Octets(200),
        1 => [.. Encoding.ASCII.GetBytes($"{random.Pick(Codes)}"), .. random.Octets(20), (byte)'\r', (byte)'\n'],
        2 => Encoding.UTF8.GetBytes(random.Mutate("250-2.0.0 one\r\n250 2.0.0 two\r\n", "025 -\r\n\0a", random.Next(1, 6))),
        _ => Encoding.ASCII.GetBytes(random.Pick(["HTTP/1.1 200 OK\r\n\r\n", "250\n", "25", "\r\n", "250-never ends\r\n", "2500 Ok\r\n", "250-a\r\n550 b\r\n", "EHLO me\r\n"])),
    };
}
