using MailFunctions.Smtp.Credentials;
using MailFunctions.Telemetry;

namespace MailFunctions.Smtp;

/// <summary>One relay at work in this process: its connections by use, its credentials, and whether it is left alone.</summary>
internal sealed class RelayLine : IAsyncDisposable
{
    private readonly Authenticator _authenticator;
    private readonly Dictionary<ConnectionUse, ConnectionPool> _pools;

    public RelayLine(Relay relay, TokenCredentialFactory credentials, SmtpTelemetry telemetry, TimeProvider clock)
    {
        Relay = relay;
        Breaker = new RelayBreaker(relay.BreakerFailures, clock);
        _authenticator = new Authenticator(relay, credentials, clock);
        _pools = Enum.GetValues<ConnectionUse>()
            .Where(use => relay.Connections.Of(use) > 0)
            .ToDictionary(use => use, use => new ConnectionPool(relay, relay.Connections.Of(use), OpenAsync, clock));

        Task<RelaySession> OpenAsync(CancellationToken cancellationToken) => RelaySession.OpenAsync(relay, _authenticator, telemetry, clock, cancellationToken);
    }

    public Relay Relay { get; }

    public RelayBreaker Breaker { get; }

    /// <summary>Connections in use, whoever uses them.</summary>
    public int Rented => _pools.Values.Sum(pool => pool.Rented);

    /// <summary>The connections by use.</summary>
    public IReadOnlyDictionary<ConnectionUse, ConnectionPool> Pools => _pools;

    /// <summary>The connections of a use that has some.</summary>
    public ConnectionPool PoolOf(ConnectionUse use) => _pools[use];

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_pools.Values.Select(pool => pool.DisposeAsync().AsTask()));
        _authenticator.Dispose();
    }
}
