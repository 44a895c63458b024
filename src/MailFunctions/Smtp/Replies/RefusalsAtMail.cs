using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>
/// The mails that a relay has refused at MAIL with 5yz in a row, with no other accepted in between. One such reply may be
/// about the mail's sender or about all our mail; the replies to other mails decide which.
/// </summary>
/// <remarks>Thread safe. Each process has its own record.</remarks>
internal sealed class RefusalsAtMail(int toBeShared, TimeProvider clock)
{
    /// <summary>The fewest different mails that must be refused.</summary>
    private const int LeastMails = 3;

    /// <summary>A mail that was refused this often, with others accepted after each time, is refused for its own sake.</summary>
    private const int TimesOutdone = 3;

    /// <summary>Bounds what is remembered; a row of that many is decided long before.</summary>
    private const int MostMails = 1_000;

    /// <summary>The time without other mail after which there is none to compare with.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    /// <summary>The time that a mail waits for others to be refused too, or accepted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<EmailId, DateTimeOffset> _row = [];
    private readonly Dictionary<EmailId, int> _outdone = [];
    private DateTimeOffset? _lastSeen;

    /// <summary>So many different mails were refused in a row that the refusal is not about any one mail.</summary>
    public bool IsShared
    {
        get
        {
            lock (_gate)
                return _row.Count >= Math.Max(toBeShared, LeastMails);
        }
    }

    /// <summary>
    /// Records that the relay accepted the MAIL of another mail: the earlier ones were refused for
    /// something that it does not share.
    /// </summary>
    public void Accepted()
    {
        lock (_gate)
        {
            _lastSeen = clock.GetUtcNow();
            if (_outdone.Count + _row.Count > MostMails)
                _outdone.Clear();
            foreach (var mail in _row.Keys)
                _outdone[mail] = _outdone.GetValueOrDefault(mail) + 1;
            _row.Clear();
        }
    }

    /// <summary>Records that a mail was refused at MAIL.</summary>
    /// <param name="isAlone">No other mail is sent with it, and it has not waited before.</param>
    /// <returns>True when the refusal is the mail's own; false while that is not known.</returns>
    public bool Refused(EmailId mail, bool isAlone)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var isQuiet = _lastSeen is not { } seen || now - seen > Quiet;
            _lastSeen = now;
            if (!_row.ContainsKey(mail) && _row.Count < MostMails)
                _row.Add(mail, now);
            if (_outdone.GetValueOrDefault(mail) >= TimesOutdone - 1)
                return true;
            if (_row.Count == 1 && isAlone && isQuiet)
                return true;
            return _row.Count < Math.Max(toBeShared, LeastMails) && _row.TryGetValue(mail, out var first) && now - first >= Patience;
        }
    }
}
