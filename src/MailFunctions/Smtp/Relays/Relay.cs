using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Smtp.Signing;
using MailKit.Security;

namespace MailFunctions.Smtp.Relays;

/// <summary>A relay in use: <see cref="RelayOptions"/>, read and checked by <see cref="RelayReader"/>.</summary>
internal sealed record Relay
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required SecureSocketOptions Security { get; init; }

    /// <summary>The relay is on this machine, by its name or address.</summary>
    public bool IsLoopback { get; init; }

    public required bool CheckRevocation { get; init; }

    /// <summary>Null: no authentication.</summary>
    public RelayLogin? Login { get; init; }

    /// <summary>The certificate that this client shows in the TLS handshake.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// Full names of the settings whose references the platform did not resolve. The circuit of such a relay stays open
    /// for as long as the process lives, and mail waits for it.
    /// </summary>
    public IReadOnlyList<string> Unresolved { get; private init; } = [];

    /// <summary>The EHLO name from the settings, if they give one; see <see cref="EhloName"/>.</summary>
    public string? LocalName { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan ReplyTimeout { get; init; }

    public required TimeSpan FinalReplyTimeout { get; init; }

    /// <summary>The connections that this instance may open.</summary>
    public required ConnectionShares Connections { get; init; }

    public required TimeSpan ConnectionWait { get; init; }

    public required int MaxMailsPerConnection { get; init; }

    /// <summary>Decides whether content goes by BDAT; each connection to a relay that offers it finds out.</summary>
    public required Chunking Chunking { get; init; }

    /// <summary>The header fields that signatures of mail for it cover; null: such mail goes unsigned.</summary>
    public required SignedFields? SignedFields { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required TimeSpan MaxAge { get; init; }

    /// <summary>0: used only when no other relay can be reached.</summary>
    public required int Weight { get; init; }

    public required RelayMatch Match { get; init; }

    public required int BreakerFailures { get; init; }

    /// <summary>Empty: no rate limit.</summary>
    public IReadOnlyList<RateLimit> Limits { get; init; } = [];

    public RelaySpf Spf { get; init; } = RelaySpf.Unknown;

    /// <summary>The same relay without any credentials.</summary>
    public Relay Without(IReadOnlyList<string> unresolved) => this with { Unresolved = unresolved, Login = null, ClientCertificate = null };

    /// <summary>Omits the credentials, so that a relay can be written to a log or an exception.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Host}:{Port})");
}
