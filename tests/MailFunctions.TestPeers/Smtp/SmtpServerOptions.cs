using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>How a <see cref="ScriptedSmtpServer"/> presents itself. Faults are the script's business.</summary>
public sealed record SmtpServerOptions
{
    /// <summary>
    /// Service extensions of the EHLO reply. STARTTLS is left out once the connection is encrypted, and <c>SIZE n</c> is
    /// enforced against the SIZE parameter of MAIL (RFC 1870 section 6.1). Add <c>CHUNKING</c> for BDAT (RFC 3030).
    /// </summary>
    public IReadOnlyList<string> Keywords { get; init; } =
        ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 36700160", "STARTTLS", "AUTH PLAIN LOGIN XOAUTH2", "ENHANCEDSTATUSCODES", "DSN"];

    /// <summary>
    /// Whether a connection, by its number, knows BDAT, whatever it offers. One that does not reads what follows as commands.
    /// </summary>
    public Func<int, bool> KnowsChunking { get; init; } = _ => true;

    /// <summary>What AUTH LOGIN asks, in this order: the password by the prompt that begins with Pass, or else by the last.</summary>
    public IReadOnlyList<string> LoginPrompts { get; init; } = ["Username:", "Password:"];

    /// <summary>TLS from the first byte (RFC 8314 section 3).</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>A certificate for localhost and 127.0.0.1, made when the server starts, unless given.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>0: a free one.</summary>
    public int Port { get; init; }
}
