using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Sessions;

/// <summary>Whether a relay may be sent content by BDAT (RFC 3030), over all connections of this process.</summary>
/// <remarks>
/// The content follows BDAT at once. Whoever does not know the command, a firewall in between for instance, would read
/// the lines of a mail as commands, so this is never found out with a mail: see <see cref="ConnectionChunking"/>. Thread safe.
/// </remarks>
internal sealed class Chunking(bool allowed)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private TimeSpan _pause = FirstPause;
    private DateTimeOffset _dataUntil;

    /// <summary>False where the settings forbid it, and for a while after it went wrong.</summary>
    public bool MayBeUsed(DateTimeOffset now)
    {
        lock (_gate)
            return allowed && now >= _dataUntil;
    }

    /// <summary>BDAT went wrong: the relay is sent DATA for an hour, doubling with each further time up to a day.</summary>
    public void Doubt(DateTimeOffset now)
    {
        lock (_gate)
        {
            // What went wrong on several connections at the same time counts once.
            if (now < _dataUntil)
                return;
            _dataUntil = now + _pause;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }
    }
}
