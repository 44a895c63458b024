using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>What a relay made of one mail, as far as it tells about the relay.</summary>
internal enum RelaySign
{
    /// <summary>It works: it took or refused the mail for the mail's own sake.</summary>
    Works,

    /// <summary>"Not now" to the recipients or the content: the mail's own affair, unless mail after mail hears it.</summary>
    Defers,

    /// <summary>It cannot be reached, or sends everybody away.</summary>
    Fails,

    /// <summary>A reply to RCPT or the content says that it is about us. A recipient's server may have chosen the words, so that several have to.</summary>
    HintsAtUs,

    /// <summary>5yz at MAIL that may be about the mail's sender alone: ours only when mail after mail hears it.</summary>
    RefusesSender,

    /// <summary>The relay itself says that it is about us: credentials, limits, our address or name. No other mail will fare better.</summary>
    RefusesUs,
}

/// <summary>
/// Leaves a relay alone that fails mail after mail. Closed at first; opens after failures in a row that different mails
/// saw, or at once when the relay refuses us; then lets one through to see, after 30 s, doubling up to 5 min. What the
/// server of a recipient may have said counts by the domains that heard it.
/// </summary>
/// <param name="isHeldOpen">It stays open, and lets nothing through to see: what is missing comes with a new process.</param>
/// <remarks>Thread safe. Each process has its own opinion.</remarks>
internal sealed class RelayBreaker(int failuresToOpen, TimeProvider clock, bool isHeldOpen = false)
{
    /// <summary>One bad mail, tried again and again, is not the relay's fault.</summary>
    private const int LeastMails = 3;

    /// <summary>One recipient's server, which chooses its own words, does not stop the mail of all others.</summary>
    private const int LeastDomains = 3;

    /// <summary>Bounds what is remembered while nothing opens it.</summary>
    private const int MostRemembered = 1_000;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>How long a probe has, before another may try.</summary>
    private static readonly TimeSpan ProbeTime = TimeSpan.FromMinutes(1);

    /// <summary>While a probe is out, the others look again soon.</summary>
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<EmailId> _failed = [];
    private readonly HashSet<EmailId> _deferred = [];
    private readonly HashSet<string> _deferring = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _hinting = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<EmailId> _hinted = [];
    private RelaySign _openedBy;
    private int _failures;
    private TimeSpan _wait;
    private DateTimeOffset _until;
    private bool _probing;

    /// <summary>When it may be tried again at the soonest; null while it is closed.</summary>
    public DateTimeOffset? OpenUntil
    {
        get
        {
            if (isHeldOpen)
                return clock.GetUtcNow() + LongestWait;
            lock (_gate)
                return _wait == TimeSpan.Zero ? null : _probing ? clock.GetUtcNow() + SoonAgain : _until;
        }
    }

    /// <summary>Asks whether the relay may be tried. The first to ask after the wait is the probe, and should say what came of it.</summary>
    public bool TryPass()
    {
        if (isHeldOpen)
            return false;
        lock (_gate)
        {
            if (_wait == TimeSpan.Zero)
                return true;
            var now = clock.GetUtcNow();
            if (now < _until)
                return false;
            _probing = true;
            _until = now + ProbeTime;
            return true;
        }
    }

    /// <param name="mail">Who saw it.</param>
    /// <param name="domains">Whose servers may have said so; none when it was the relay itself.</param>
    /// <returns>True when this opened the breaker, or kept it open after a probe.</returns>
    public bool Record(RelaySign sign, EmailId mail, IReadOnlyCollection<string>? domains = null)
    {
        domains ??= [];
        lock (_gate)
        {
            // It could not be reached, and answers again: what a recipient's server has against the probe keeps nobody else waiting.
            if (_probing && _openedBy == RelaySign.Fails && sign is (RelaySign.Defers or RelaySign.HintsAtUs))
                (_wait, _probing) = (TimeSpan.Zero, false);
            switch (sign)
            {
                case RelaySign.Works:
                // What is shared is told as RefusesUs; what is not, the mail's own sender may have brought about.
                case RelaySign.RefusesSender:
                    Forget();
                    _wait = TimeSpan.Zero;
                    _probing = false;
                    return false;
                case RelaySign.Defers:
                    if (_deferred.Count < MostRemembered)
                        _deferred.Add(mail);
                    Remember(_deferring, domains);
                    return _deferred.Count >= Math.Max(failuresToOpen, LeastMails) && (domains.Count == 0 || _deferring.Count >= LeastDomains) && Open(sign);
                case RelaySign.HintsAtUs:
                    if (_hinted.Count < MostRemembered)
                        _hinted.Add(mail);
                    Remember(_hinting, domains);
                    return _hinted.Count >= LeastMails && _hinting.Count >= LeastDomains && Open(sign);
                case RelaySign.Fails:
                    _failed.Add(mail);
                    _failures++;
                    return (_probing || (_failures >= failuresToOpen && _failed.Count >= LeastMails)) && Open(sign);
                default:
                    return Open(sign);
            }
        }
    }

    /// <summary>What was in flight when it opened tells nothing new.</summary>
    private bool Open(RelaySign sign)
    {
        if (_wait > TimeSpan.Zero && !_probing)
            return false;
        _openedBy = sign;
        _wait = _wait == TimeSpan.Zero ? FirstWait : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, _wait.Ticks * 2));
        _until = clock.GetUtcNow() + _wait;
        _probing = false;
        Forget();
        return true;
    }

    private static void Remember(HashSet<string> known, IReadOnlyCollection<string> domains)
    {
        if (known.Count < MostRemembered)
            known.UnionWith(domains);
    }

    private void Forget()
    {
        _failed.Clear();
        _deferred.Clear();
        _deferring.Clear();
        _hinting.Clear();
        _hinted.Clear();
        _failures = 0;
    }
}
