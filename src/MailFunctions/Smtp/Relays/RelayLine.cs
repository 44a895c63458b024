using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Smtp.Wire;
using MailFunctions.Telemetry;

namespace MailFunctions.Smtp.Relays;

/// <summary>One relay at work in this process: its connections by use, its credentials, and its circuit breaker.</summary>
internal sealed class RelayLine : IAsyncDisposable
{
    private static readonly TimeSpan RemindAfter = TimeSpan.FromMinutes(5);

    private readonly Authenticator _authenticator;
    private readonly Dictionary<ConnectionUse, ConnectionPool> _pools;
    private readonly TimeProvider _clock;
    private long _remindedAt;

    public RelayLine(Relay relay, TokenCredentialFactory credentials, SmtpTelemetry telemetry, TimeProvider clock, AddressDialer? dialer = null)
    {
        Relay = relay;
        _clock = clock;
        _remindedAt = clock.GetTimestamp();
        Breaker = new RelayBreaker(relay.BreakerFailures, clock, isHeldOpen: relay.Unresolved.Count > 0);
        Cause = relay.Unresolved.Count > 0 ? RelayCause.UnresolvedSetting : default;
        Refusals = new RefusalsAtMail(relay.BreakerFailures, clock);
        _authenticator = new Authenticator(relay, credentials, clock);
        _pools = Enum.GetValues<ConnectionUse>()
            .Where(use => relay.Connections.Of(use) > 0)
            .ToDictionary(use => use, use => new ConnectionPool(relay, relay.Connections.Of(use), OpenAsync, clock));

        Task<RelaySession> OpenAsync(CancellationToken cancellationToken) => RelaySession.OpenAsync(relay, _authenticator, telemetry, clock, cancellationToken, dialer);
    }

    public Relay Relay { get; }

    public RelayBreaker Breaker { get; }

    /// <summary>The mails that the relay refused at MAIL, in a row.</summary>
    public RefusalsAtMail Refusals { get; }

    /// <summary>Why the circuit last opened; has no meaning while it is closed.</summary>
    public RelayCause Cause { get; private set; }

    /// <summary>Connections in use, over all uses.</summary>
    public int Rented => _pools.Values.Sum(pool => pool.Rented);

    /// <summary>The connections by use.</summary>
    public IReadOnlyDictionary<ConnectionUse, ConnectionPool> Pools => _pools;

    /// <summary>The connections of a use that has a share.</summary>
    public ConnectionPool PoolOf(ConnectionUse use) => _pools[use];

    /// <summary>Records in the breaker what a mail saw of the relay.</summary>
    /// <returns>True when this opened the circuit, or kept it open after a probe.</returns>
    public bool Record(RelaySight sight, EmailId mail)
    {
        if (!Breaker.Record(sight.Sign, mail, sight.Domains))
            return false;
        Cause = sight.Cause;
        return true;
    }

    /// <summary>Says whether another log line is due about the relay being unusable: one for each mail would be too many.</summary>
    public bool ShouldRemind()
    {
        var last = Interlocked.Read(ref _remindedAt);
        return _clock.GetElapsedTime(last) >= RemindAfter && Interlocked.CompareExchange(ref _remindedAt, _clock.GetTimestamp(), last) == last;
    }

    /// <summary>
    /// Judges a transaction in view of what other mails have met at this relay. A refusal that is about us is deferred
    /// without counting as an attempt: at MAIL at once, at RCPT and the content once the circuit is open for that cause.
    /// </summary>
    /// <param name="isAlone">No other mail is sent with it, and it has not waited before.</param>
    public (TransactionResult Result, RelaySight Sight, bool HasOpened) Judge(TransactionResult result, EmailId mail, bool isAlone)
    {
        var sight = RelaySigns.Of(result);
        if (sight.Reply.Stage is SmtpStage.RcptTo or SmtpStage.Data or SmtpStage.FinalDot)
            Refusals.Accepted();
        var isOwn = sight.Sign == RelaySign.RefusesSender && Refusals.Refused(mail, isAlone) && sight.Cause == RelayCause.RefusesAll;
        if (sight.Sign == RelaySign.RefusesSender && Refusals.IsShared)
            (sight, isOwn) = (sight with { Sign = RelaySign.RefusesUs }, false);

        var hasOpened = Record(sight, mail);
        var isOurs = sight.Sign switch
        {
            RelaySign.RefusesUs => true,
            RelaySign.RefusesSender => !isOwn,
            RelaySign.HintsAtUs => Breaker.OpenUntil is not null && Cause == sight.Cause,
            _ => false,
        };
        if (!isOurs)
            return (result, sight, hasOpened);

        var deferred = result.Recipients.Select(recipient => sight.Reply.Stage == SmtpStage.MailFrom ? recipient with { Status = RecipientStatus.Deferred } : recipient);
        return (result with { Recipients = [.. deferred], Ours = sight.Cause }, sight, hasOpened);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_pools.Values.Select(pool => pool.DisposeAsync().AsTask()));
        _authenticator.Dispose();
    }
}
