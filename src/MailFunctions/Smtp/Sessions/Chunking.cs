using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Sessions;

/// <summary>Decides whether a relay may be sent content by BDAT (RFC 3030), over all connections of this process.</summary>
/// <remarks>
/// The content follows BDAT at once. A peer that does not know the command, such as a firewall in between, would read the
/// lines of a mail as commands, so a mail is never used to find out: see <see cref="ConnectionChunking"/>. Thread safe.
/// </remarks>
internal sealed class Chunking(bool allowed)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private TimeSpan _pause = FirstPause;
    private DateTimeOffset _dataUntil;

    /// <summary>False where the settings forbid BDAT, and for a while after it failed.</summary>
    public bool MayBeUsed(DateTimeOffset now)
    {
        lock (_gate)
            return allowed && now >= _dataUntil;
    }

    /// <summary>Records that BDAT failed: the relay is sent DATA for an hour, doubling with each further failure up to a day.</summary>
    public void Doubt(DateTimeOffset now)
    {
        lock (_gate)
        {
            // Failures on several connections at the same time count once.
            if (now < _dataUntil)
                return;
            _dataUntil = now + _pause;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }
}
