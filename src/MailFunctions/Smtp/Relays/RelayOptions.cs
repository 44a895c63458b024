namespace MailFunctions.Smtp.Relays;

/// <summary>
/// One SMTP server that mail is handed to, as one <see cref="Url"/> or as separate settings, which win over the same part
/// of the URL. Section <c>MailFunctions:Relay</c> for the only one, or <c>MailFunctions:Relays:{name}</c> for each of several.
/// </summary>
internal sealed class RelayOptions
{
    /// <summary>
    /// The name of the relay in answers, logs and statistics: 1 to 64 letters, digits, dots, dashes, underscores.
    /// Default: its key among several, or its host.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>
    /// <c>exchange-online</c>, <c>ses</c>, <c>gmail</c> or <c>acs</c>: host, port, TLS, authentication and limits of that
    /// service. Every other setting wins over it.
    /// </summary>
    public string? Preset { get; set; }

    /// <summary>
    /// <c>smtp://user:password@host:port?starttls=required|when-available|none</c>, or <c>smtps://…</c> for TLS from the
    /// first byte. User and password are percent-encoded. Default ports: 587 and 465.
    /// </summary>
    public string? Url { get; set; }

    public string? Host { get; set; }

    /// <summary>1 to 65535. Default: the preset's, or 587, or 465 for implicit TLS.</summary>
    public int? Port { get; set; }

    /// <summary>
    /// <c>required</c> (STARTTLS or no mail), <c>when-available</c>, <c>none</c>, or <c>implicit</c> (TLS from the first
    /// byte, RFC 8314). Default: required, except for a relay on loopback, where it is when-available.
    /// </summary>
    public string? Tls { get; set; }

    /// <summary>
    /// Requires proof that the relay's certificate has not been revoked. False is for a private authority that publishes
    /// no revocation list; everything else about the certificate is still checked. Default true.
    /// </summary>
    public bool CheckRevocation { get; set; } = true;

    /// <summary>
    /// <c>password</c>, <c>xoauth2</c>, <c>oauthbearer</c> (RFC 7628) or <c>none</c>. Default: password if a user is set,
    /// otherwise none, unless <see cref="Preset"/> sets another.
    /// </summary>
    public string? Auth { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>
    /// SASL mechanisms for a password, the first choice first, separated by commas: <c>PLAIN</c>, <c>LOGIN</c>,
    /// <c>SCRAM-SHA-512</c>, <c>SCRAM-SHA-256</c>, <c>SCRAM-SHA-1</c> (each also with <c>-PLUS</c>), <c>DIGEST-MD5</c>,
    /// <c>CRAM-MD5</c>, <c>NTLM</c>, <c>GSSAPI</c>. Default: all of them; over TLS PLAIN and LOGIN first, without TLS last.
    /// </summary>
    public string? AuthMechanisms { get; set; }

    /// <summary>
    /// Allows a login over a connection without TLS to a relay that is not on loopback, where anyone on the path
    /// can read the password or token and change the mail. Default false: the login is not sent, and mail waits
    /// until the settings are fixed.
    /// </summary>
    public bool AllowLoginWithoutTls { get; set; }

    /// <summary>The source of access tokens, for xoauth2 and oauthbearer.</summary>
    public OAuthOptions OAuth { get; set; } = new();

    /// <summary>A PKCS #12 file with the certificate that this client shows in the TLS handshake.</summary>
    public string? ClientCertificatePath { get; set; }

    /// <summary>The same certificate as base64.</summary>
    public string? ClientCertificate { get; set; }

    public string? ClientCertificatePassword { get; set; }

    /// <summary>
    /// The EHLO name of this app (RFC 5321 section 4.1.1.1): a domain name with a dot, such as the senders' domain, or an
    /// address literal, such as <c>[192.0.2.1]</c>. Default: the machine's name if it is fully qualified, otherwise the
    /// literal of the address that the connection comes from.
    /// </summary>
    public string? LocalName { get; set; }

    /// <summary>
    /// The time for DNS, TCP, greeting, TLS and EHLO together, over all addresses of the host. Default 30 s, 1 s to 5 min.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The time for each complete reply before the content is sent. Default 5 min, the least that RFC 5321
    /// section 4.5.3.2 asks for; 1 s to 10 min.
    /// </summary>
    public TimeSpan ReplyTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time for the reply to the content. Default 10 min, the least that RFC 5321 section 4.5.3.2.6 asks for, and the
    /// right value outside of tests: giving up earlier makes delivered mail uncertain. 1 s to 20 min.
    /// </summary>
    public TimeSpan FinalReplyTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Connections that may be open at the same time, over both lanes and all instances. Default 10, 1 to 1,000.</summary>
    public int? MaxConnections { get; set; }

    /// <summary>
    /// The part of <see cref="MaxConnections"/> that the lane bulk may use; the rest is for transactional mail alone.
    /// Each lane has at least one. Default 0.5, 0 to 1.
    /// </summary>
    public double BulkShare { get; set; } = 0.5;

    /// <summary>
    /// The time that a mail waits for a free connection before it is deferred, without using an attempt.
    /// Default 20 s, 0 to 1 min.
    /// </summary>
    public TimeSpan ConnectionWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Mails sent over one connection before it is closed. Default 100, 1 to 10,000.</summary>
    public int? MaxMailsPerConnection { get; set; }

    /// <summary>
    /// Sends content by BDAT (RFC 3030) to a relay that offers CHUNKING and proves to know it, which each connection
    /// tries without content: one round trip less for each mail. After a failure the relay gets DATA for an hour,
    /// doubling up to a day. Default true.
    /// </summary>
    public bool Chunking { get; set; } = true;

    /// <summary>
    /// Signs mail for this relay (<c>MailFunctions:Dkim</c>). False is for a relay that changes what it gets, or signs by itself
    /// with the sender's domain. Default true.
    /// </summary>
    public bool Sign { get; set; } = true;

    /// <summary>
    /// Header fields that the relay rewrites, separated by commas, such as <c>Message-ID, Date</c>: signatures do not cover
    /// them. Default: the preset's, or none.
    /// </summary>
    public string? RewrittenHeaders { get; set; }

    /// <summary>The time that a connection is kept open without use. Default 30 s, 0 to 10 min.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest life of a connection. Default 5 min, 1 s to 1 h.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The relay's share of the mail among the relays that match equally well. Default 1, 1 to 100; 0: only
    /// when no other can be reached.
    /// </summary>
    public int Weight { get; set; } = 1;

    /// <summary>The mail that the relay is for. Default: any.</summary>
    public RelayMatchOptions Match { get; set; } = new();

    /// <summary>
    /// Failures in a row, seen by at least three different mails, after which the circuit opens for a while: 30 s,
    /// doubling up to 5 min. Default 5, 1 to 1,000.
    /// </summary>
    public int BreakerFailures { get; set; } = 5;

    /// <summary>
    /// Mails within any second. Each process keeps to it; over several processes a second may have more when one of them
    /// was delayed, so <see cref="PerMinute"/> is the limit for a relay that refuses excess mail. Default: the preset's,
    /// or no limit; 1 to 10,000, 0 for none.
    /// </summary>
    public int? PerSecond { get; set; }

    /// <summary>Mails within any minute, over all instances. Default: the preset's, or no limit; 1 to 1,000,000, 0 for none.</summary>
    public int? PerMinute { get; set; }

    /// <summary>Mails within any hour, over all instances. Default: the preset's, or no limit; 1 to 10,000,000, 0 for none.</summary>
    public int? PerHour { get; set; }

    /// <summary>Mails within any 24 hours, over all instances. Default: the preset's, or no limit; 1 to 100,000,000, 0 for none.</summary>
    public int? PerDay { get; set; }

    /// <summary>Recipients within any 24 hours, over all instances. Default: the preset's, or no limit; 100 to 100,000,000, 0 for none.</summary>
    public int? RecipientsPerDay { get; set; }

    /// <summary>
    /// The domain that the SPF record of a sender has to include for this relay, as its operator documents it, such as
    /// <c>spf.example.net</c>. Used by the check of a sender's domain alone. Default: the preset's, or unknown.
    /// </summary>
    public string? SpfInclude { get; set; }

    /// <summary>
    /// The IP addresses that the relay sends from, up to 20, separated by commas: the check of a sender's domain then evaluates SPF
    /// for each of them. A submission host seldom sends by itself. Default: unknown.
    /// </summary>
    public string? SendingAddresses { get; set; }

    /// <summary>Returns a copy that can be changed without changing the original.</summary>
    internal RelayOptions Copy()
    {
        var copy = (RelayOptions)MemberwiseClone();
        copy.OAuth = OAuth.Copy();
        return copy;
    }
}

/// <summary>
/// The mail that a relay is for. All conditions that are set must match; a relay with a condition is
/// preferred to one without.
/// </summary>
internal sealed class RelayMatchOptions
{
    /// <summary>Domains of the sender's address, separated by commas; subdomains do not match.</summary>
    public string? SenderDomains { get; set; }

    /// <summary><c>transactional</c> or <c>bulk</c>.</summary>
    public string? Lane { get; set; }

    /// <summary>Tags, separated by commas, each <c>name</c> or <c>name:value</c>: the mail has at least one of them.</summary>
    public string? Tags { get; set; }

    /// <summary>
    /// Allows mail that matches <see cref="SenderDomains"/> or <see cref="Tags"/> to go to relays whose match sets
    /// neither when this one is unavailable. Default false: the mail waits, since the SPF and DKIM records of its sender
    /// seldom permit other relays. Where several relays match, it must be true for each of them.
    /// </summary>
    public bool Fallback { get; set; }
}

/// <summary>
/// The source of access tokens: a client secret, a certificate, a managed identity, or (when none of them is set) the
/// identity that the app runs under.
/// </summary>
internal sealed class OAuthOptions
{
    /// <summary>Such as <c>https://outlook.office365.com/.default</c>. Default: the preset's.</summary>
    public string? Scope { get; set; }

    public string? TenantId { get; set; }

    public string? ClientId { get; set; }

    public string? ClientSecret { get; set; }

    /// <summary>A PEM or PKCS #12 file with the certificate and the key of <see cref="ClientId"/>.</summary>
    public string? CertificatePath { get; set; }

    public string? CertificatePassword { get; set; }

    /// <summary>A user-assigned managed identity.</summary>
    public string? ManagedIdentityClientId { get; set; }

    internal OAuthOptions Copy() => (OAuthOptions)MemberwiseClone();
}

/// <summary>
/// The number of instances that may run each lane's queue function at the same time. Connections are divided among them
/// once, since instances do not communicate. On Azure the deployment sets them to the functions' maximum instance counts.
/// </summary>
internal sealed class ScaleOptions
{
    /// <summary>Default 1, 1 to 1,000.</summary>
    public int TransactionalInstances { get; set; } = 1;

    /// <summary>Default 1, 1 to 1,000.</summary>
    public int BulkInstances { get; set; } = 1;

    /// <summary>
    /// The number of instances that may run the HTTP functions, if <c>Prefer: wait</c> is to be honoured: they need
    /// connections of their own. Default 0: it is not honoured; 0 to 1,000.
    /// </summary>
    public int HttpInstances { get; set; }
}

/// <summary>The relay settings of section <c>MailFunctions</c>: the only relay, or several by name.</summary>
internal sealed class RelaysOptions
{
    public const string Section = "MailFunctions";

    /// <summary>The only relay.</summary>
    public RelayOptions Relay { get; set; } = new();

    /// <summary>Several relays by name, instead of <see cref="Relay"/>.</summary>
    public Dictionary<string, RelayOptions> Relays { get; } = [];

    public ScaleOptions Scale { get; set; } = new();
}
