using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>
/// The mails that a relay has refused at MAIL with 5yz in a row, no other having been taken in between. One such reply may be
/// about the mail's sender or about all of us, and which of them is known by what other mails hear.
/// </summary>
/// <remarks>Thread safe. Each process has its own.</remarks>
internal sealed class RefusalsAtMail(int toBeShared, TimeProvider clock)
{
    /// <summary>As many different mails have to hear it at the least.</summary>
    private const int LeastMails = 3;

    /// <summary>A mail that was refused this often, others having been taken after each time, is refused for its own sake.</summary>
    private const int TimesOutdone = 3;

    /// <summary>Bounds what is remembered; a row of that many is long settled.</summary>
    private const int MostMails = 1_000;

    /// <summary>After so long without other mail there is nobody to compare with.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(5);

    /// <summary>As long as a mail waits for others to hear the same, or not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<EmailId, DateTimeOffset> _row = [];
    private readonly Dictionary<EmailId, int> _outdone = [];
    private DateTimeOffset? _lastSeen;

    /// <summary>So many different mails have heard it in a row that it is no mail's own affair.</summary>
    public bool IsShared
    {
        get
        {
            lock (_gate)
                return _row.Count >= Math.Max(toBeShared, LeastMails);
        }
    }

    /// <summary>The relay has taken the MAIL of another mail: those before were refused for something that it does not share.</summary>
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

    /// <summary>A mail was refused at MAIL.</summary>
    /// <param name="isAlone">No other mail goes with it, and it has not waited before.</param>
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
