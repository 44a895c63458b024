namespace MailFunctions.Smtp;

/// <summary>
/// Section <c>MailFunctions:Relay</c>: the SMTP server that mail is handed to, as one <see cref="Url"/> or as separate
/// settings, which win over the same part of the URL.
/// </summary>
public sealed class RelayOptions
{
    public const string Section = "MailFunctions:Relay";

    /// <summary>What the relay is called in answers, logs and statistics: 1 to 64 letters, digits, dots, dashes, underscores. Default: its host.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// <c>smtp://user:password@host:port?starttls=required|when-available|none</c>, or <c>smtps://…</c> for TLS from the
    /// first byte. User and password are percent-encoded. Default ports: 587 and 465.
    /// </summary>
    public string? Url { get; set; }

    public string? Host { get; set; }

    /// <summary>1 to 65535. Default: 587, or 465 for implicit TLS.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// <c>required</c> (STARTTLS or no mail), <c>when-available</c>, <c>none</c>, or <c>implicit</c> (TLS from the first
    /// byte, RFC 8314). Default: required, except for a relay on loopback, where it is when-available.
    /// </summary>
    public string? Tls { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>The name that EHLO gives (RFC 5321 section 4.1.1.1). Default: the machine's.</summary>
    public string? LocalName { get; set; }

    /// <summary>How long TCP and TLS may take together. Default 30 s, 1 s to 5 min.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long each reply may take before the content is sent. Default 5 min, the least that RFC 5321 section 4.5.3.2 asks
    /// for; 1 s to 10 min.
    /// </summary>
    public TimeSpan ReplyTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the reply to the content may take. Default 10 min, the least that RFC 5321 section 4.5.3.2.6 asks for, and
    /// the right value outside of tests: giving up earlier makes mail uncertain that was delivered. 1 s to 20 min.
    /// </summary>
    public TimeSpan FinalReplyTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Mails sent over one connection before it is closed. Default 100, 1 to 10,000.</summary>
    public int MaxMailsPerConnection { get; set; } = 100;

    /// <summary>How long a connection is kept open without use. Default 30 s, 0 to 10 min.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
