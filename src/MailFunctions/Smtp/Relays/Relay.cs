using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Sessions;
using MailKit.Security;

namespace MailFunctions.Smtp.Relays;

/// <summary>A relay as it is used: <see cref="RelayOptions"/>, read and checked by <see cref="RelayReader"/>.</summary>
internal sealed record Relay
{
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required SecureSocketOptions Security { get; init; }

    /// <summary>It is on this machine, by its name or address.</summary>
    public bool IsLoopback { get; init; }

    public required bool CheckRevocation { get; init; }

    /// <summary>Null: no authentication.</summary>
    public RelayLogin? Login { get; init; }

    /// <summary>Shown in the TLS handshake.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>
    /// Full names of the settings whose references the platform did not resolve. Such a relay is left alone for as long as
    /// the process lives, and mail waits for it.
    /// </summary>
    public IReadOnlyList<string> Unresolved { get; private init; } = [];

    /// <summary>What EHLO says, if the settings give it; see <see cref="EhloName"/>.</summary>
    public string? LocalName { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required TimeSpan ReplyTimeout { get; init; }

    public required TimeSpan FinalReplyTimeout { get; init; }

    /// <summary>What this instance may open.</summary>
    public required ConnectionShares Connections { get; init; }

    public required TimeSpan ConnectionWait { get; init; }

    public required int MaxMailsPerConnection { get; init; }

    /// <summary>Whether content goes by BDAT; each connection to a relay that offers it finds out.</summary>
    public required Chunking Chunking { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required TimeSpan MaxAge { get; init; }

    /// <summary>0: only when no other can be reached.</summary>
    public required int Weight { get; init; }

    public required RelayMatch Match { get; init; }

    public required int BreakerFailures { get; init; }

    /// <summary>Empty: as fast as it goes.</summary>
    public IReadOnlyList<RateLimit> Limits { get; init; } = [];

    /// <summary>The same relay, with nothing to log in with.</summary>
    public Relay Without(IReadOnlyList<string> unresolved) => this with { Unresolved = unresolved, Login = null, ClientCertificate = null };

    /// <summary>Without credentials, so that a relay may stand in a log or an exception.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Host}:{Port})");
}
