using System.Globalization;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>What a server without faults answers.</summary>
internal static class SmtpManners
{
    public static string Reply(SmtpExchange exchange, SmtpServerOptions options) => exchange switch
    {
        { Verb: SmtpExchange.Greeting } => "220 localhost ESMTP\r\n",
        { Verb: "EHLO" } => SmtpReply.Format(250, ["localhost", .. Keywords(exchange, options)]),
        { Verb: "HELO" } => "250 localhost\r\n",
        { Verb: "AUTH", User: null } => "504 5.5.4 Unknown mechanism, or credentials that do not parse\r\n",
        { Verb: "AUTH" } => "235 2.7.0 Authenticated\r\n",
        { Verb: "STARTTLS", IsTls: true } => "503 5.5.1 TLS is on\r\n",
        { Verb: "STARTTLS" } => "220 2.0.0 Ready for TLS\r\n",
        { Verb: "MAIL", Sender: not null } => "503 5.5.1 Nested MAIL\r\n",
        { Verb: "MAIL" or "RCPT", Address: null } => "501 5.5.4 Syntax: a path in brackets\r\n",
        { Verb: "MAIL" } when ExceedsSize(exchange, options) => "552 5.3.4 Message too big\r\n",
        { Verb: "MAIL" } => "250 2.1.0 Sender ok\r\n",
        { Verb: "RCPT", Sender: null } => "503 5.5.1 MAIL first\r\n",
        { Verb: "RCPT" } => "250 2.1.5 Recipient ok\r\n",
        { Verb: "BDAT" } when !options.KnowsChunking(exchange.Connection) => "500 5.5.2 Unknown command\r\n",
        { Verb: "DATA" or "BDAT", Sender: null } => "503 5.5.1 MAIL first\r\n",
        { Verb: "DATA" or "BDAT", Recipients.Count: 0 } => "554 5.5.1 No valid recipients\r\n",
        { Verb: "DATA" } => "354 End with a dot on a line of its own\r\n",
        { Verb: "BDAT" } => "250 2.0.0 Chunk ok\r\n",
        { Verb: SmtpExchange.FinalDot } => "250 2.0.0 Stored\r\n",
        { Verb: "RSET" or "NOOP" } => "250 2.0.0 Ok\r\n",
        { Verb: "QUIT" } => "221 2.0.0 Bye\r\n",
        _ => "500 5.5.2 Unknown command\r\n",
    };

    private static IEnumerable<string> Keywords(SmtpExchange exchange, SmtpServerOptions options) =>
        options.Keywords.Where(keyword => keyword != "STARTTLS" || !exchange.IsTls);

    private static bool ExceedsSize(SmtpExchange exchange, SmtpServerOptions options) =>
        exchange.Parameters.TryGetValue("SIZE", out var declared)
        && long.TryParse(declared, NumberStyles.None, CultureInfo.InvariantCulture, out var octets)
        && options.Keywords.FirstOrDefault(keyword => keyword.StartsWith("SIZE ", StringComparison.Ordinal)) is { } size
        && long.TryParse(size.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var most)
        && octets > most;
}
