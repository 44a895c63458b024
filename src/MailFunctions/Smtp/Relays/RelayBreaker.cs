using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The result of one mail, as far as it says something about the relay.</summary>
internal enum RelaySign
{
    /// <summary>It works: it accepted the mail, or refused it for the mail's own sake.</summary>
    Works,

    /// <summary>"Not now" to the recipients or the content: concerns only this mail, unless mail after mail gets it.</summary>
    Defers,

    /// <summary>It cannot be reached, or refuses every client for now.</summary>
    Fails,

    /// <summary>
    /// A reply to RCPT or the content says that the fault is ours. A recipient's server may have chosen the words, so
    /// several replies are needed.
    /// </summary>
    HintsAtUs,

    /// <summary>5yz at MAIL that may concern the mail's sender alone: the fault is ours only when mail after mail gets it.</summary>
    RefusesSender,

    /// <summary>
    /// The relay itself says that the fault is ours: credentials, limits, our address or name. Every
    /// other mail would get the same.
    /// </summary>
    RefusesUs,
}

/// <summary>
/// The circuit breaker of a relay. Closed at first; opens after failures in a row that different mails saw, or at once
/// when the relay refuses us; then half-open: one mail is let through as a probe, after 30 s, doubling up to 5 min.
/// Replies that may come from a recipient's server count by the domains that got them.
/// </summary>
/// <param name="isHeldOpen">The circuit stays open and lets no probe through: the missing setting comes only with a new process.</param>
/// <remarks>Thread safe. Each process has a breaker of its own.</remarks>
internal sealed class RelayBreaker(int failuresToOpen, TimeProvider clock, bool isHeldOpen = false)
{
    /// <summary>One bad mail, retried again and again, does not open the circuit.</summary>
    private const int LeastMails = 3;

    /// <summary>One recipient's server, which chooses its own words, does not stop the mail to all others.</summary>
    private const int LeastDomains = 3;

    /// <summary>Bounds what is remembered while the circuit stays closed.</summary>
    private const int MostRemembered = 1_000;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>The time after which another probe may start when the last one has not reported.</summary>
    private static readonly TimeSpan ProbeTime = TimeSpan.FromMinutes(1);

    /// <summary>The delay for other mails while a probe is running.</summary>
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

    /// <summary>The earliest time of the next try; null while the circuit is closed.</summary>
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

    /// <summary>Asks whether the relay may be tried. The first to ask after the wait is the probe, and should record its result.</summary>
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

    /// <param name="mail">The mail that saw it.</param>
    /// <param name="domains">The domains whose servers may have sent the reply; none when it was the relay itself.</param>
    /// <returns>True when this opened the breaker, or kept it open after a probe.</returns>
    public bool Record(RelaySign sign, EmailId mail, IReadOnlyCollection<string>? domains = null)
    {
        domains ??= [];
        lock (_gate)
        {
            // The relay could not be reached and answers again: what a recipient's server has against the probe delays no other mail.
            if (_probing && _openedBy == RelaySign.Fails && sign is (RelaySign.Defers or RelaySign.HintsAtUs))
                (_wait, _probing) = (TimeSpan.Zero, false);
            switch (sign)
            {
                case RelaySign.Works:
                // A shared refusal is recorded as RefusesUs; one that is not shared may be due to the mail's own sender.
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

    /// <summary>Opens the circuit. Results of mails that were in flight when it opened change nothing.</summary>
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
