using MailFunctions.Ledger;
using MailFunctions.Smtp.Credentials;

namespace MailFunctions.Smtp;

/// <summary>One relay at work in this process: its connections by lane, its credentials, and whether it is left alone.</summary>
internal sealed class RelayLine : IAsyncDisposable
{
    private readonly Authenticator _authenticator;
    private readonly Dictionary<Lane, ConnectionPool> _pools;

    public RelayLine(Relay relay, TokenCredentialFactory credentials, TimeProvider clock)
    {
        Relay = relay;
        Breaker = new RelayBreaker(relay.BreakerFailures, clock);
        _authenticator = new Authenticator(relay, credentials, clock);
        _pools = Enum.GetValues<Lane>()
            .Where(lane => relay.Connections.Of(lane) > 0)
            .ToDictionary(lane => lane, lane => new ConnectionPool(relay, relay.Connections.Of(lane), OpenAsync, clock));

        Task<RelaySession> OpenAsync(CancellationToken cancellationToken) => RelaySession.OpenAsync(relay, _authenticator, clock, cancellationToken);
    }

    public Relay Relay { get; }

    public RelayBreaker Breaker { get; }

    /// <summary>Connections in use, over both lanes.</summary>
    public int Rented => _pools.Values.Sum(pool => pool.Rented);

    /// <summary>The connections of a lane that the relay is for.</summary>
    public ConnectionPool PoolOf(Lane lane) => _pools[lane];

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values)
            await pool.DisposeAsync();
        _authenticator.Dispose();
    }
}
