using MailFunctions.Ledger;

namespace MailFunctions.Smtp;

/// <summary>What a relay made of one mail, as far as it tells about the relay.</summary>
internal enum RelaySign
{
    /// <summary>It works: it took or refused the mail for the mail's own sake.</summary>
    Works,

    /// <summary>"Not now" to the recipients or the content: the mail's own affair, unless mail after mail hears it.</summary>
    Defers,

    /// <summary>It cannot be reached, or sends everybody away.</summary>
    Fails,

    /// <summary>Its replies do not answer the commands that they were read for: a failure that has a reason of its own.</summary>
    IsOutOfStep,

    /// <summary>It does not take our credentials: nothing will get better by itself.</summary>
    RefusesCredentials,
}

/// <summary>
/// Leaves a relay alone that fails mail after mail. Closed at first; opens after failures in a row that different mails
/// saw, or at once when our credentials are refused; then lets one through to see, after 30 s, doubling up to 5 min.
/// </summary>
/// <remarks>Thread safe. Each process has its own opinion.</remarks>
internal sealed class RelayBreaker(int failuresToOpen, TimeProvider clock)
{
    /// <summary>One bad mail, tried again and again, is not the relay's fault.</summary>
    private const int LeastMails = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>How long a probe has, before another may try.</summary>
    private static readonly TimeSpan ProbeTime = TimeSpan.FromMinutes(1);

    /// <summary>While a probe is out, the others look again soon.</summary>
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly HashSet<EmailId> _failed = [];
    private readonly HashSet<EmailId> _deferred = [];
    private int _failures;
    private TimeSpan _wait;
    private DateTimeOffset _until;
    private bool _probing;

    /// <summary>What opened it, or kept it open; null while it is closed.</summary>
    public RelaySign? Cause
    {
        get
        {
            lock (_gate)
                return _wait == TimeSpan.Zero ? null : field;
        }
        private set;
    }

    /// <summary>When it may be tried again at the soonest; null while it is closed.</summary>
    public DateTimeOffset? OpenUntil
    {
        get
        {
            lock (_gate)
                return _wait == TimeSpan.Zero ? null : _probing ? clock.GetUtcNow() + SoonAgain : _until;
        }
    }

    /// <summary>Asks whether the relay may be tried. The first to ask after the wait is the probe, and should say what came of it.</summary>
    public bool TryPass()
    {
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
    /// <returns>True when this opened the breaker, or kept it open after a probe.</returns>
    public bool Saw(RelaySign sign, EmailId mail)
    {
        lock (_gate)
        {
            var opened = Sees(sign, mail);
            if (opened)
                Cause = sign;
            return opened;
        }
    }

    private bool Sees(RelaySign sign, EmailId mail)
    {
        switch (sign)
        {
            case RelaySign.Works:
                Forget();
                _wait = TimeSpan.Zero;
                _probing = false;
                return false;
            case RelaySign.Defers:
                _deferred.Add(mail);
                return _deferred.Count >= Math.Max(failuresToOpen, LeastMails) && Open();
            case RelaySign.Fails or RelaySign.IsOutOfStep:
                _failed.Add(mail);
                _failures++;
                return (_probing || (_failures >= failuresToOpen && _failed.Count >= LeastMails)) && Open();
            default:
                return Open();
        }
    }

    /// <summary>What was in flight when it opened tells nothing new.</summary>
    private bool Open()
    {
        if (_wait > TimeSpan.Zero && !_probing)
            return false;
        _wait = _wait == TimeSpan.Zero ? FirstWait : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, _wait.Ticks * 2));
        _until = clock.GetUtcNow() + _wait;
        _probing = false;
        Forget();
        return true;
    }

    private void Forget()
    {
        _failed.Clear();
        _deferred.Clear();
        _failures = 0;
    }
}
