using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>
/// The time that one look at the ledger spans. The density of mail is unknown, so each look sets the width of the next:
/// a sparse year takes a few looks, and of a dense second no more is loaded than necessary.
/// </summary>
/// <param name="Power">The span is 2 to this power in milliseconds: from 1 ms to 397 days.</param>
internal readonly record struct ScanWidth(int Power)
{
    public const int MaxPower = 35;

    /// <summary>A look that finds more is given up, and repeated with a narrower span.</summary>
    public const int Many = 2000;

    /// <summary>A look that finds no more widens the next: four times as many is less than <see cref="Many"/>.</summary>
    public const int Few = 250;

    /// <summary>Four times as wide: an empty year takes a dozen looks.</summary>
    private const int WiderStep = 2;

    /// <summary>A sixteenth: the rows of a look that is too wide are thrown away, so that must be rare.</summary>
    private const int NarrowerStep = 4;

    /// <summary>About a minute.</summary>
    public static readonly ScanWidth First = new(16);

    public TimeSpan Span => TimeSpan.FromMilliseconds(1L << Power);

    /// <summary>The most rows that a look may find. A millisecond cannot be divided: it is read whole.</summary>
    public int Most => Power == 0 ? int.MaxValue : Many;

    public ScanWidth Narrower => new(Math.Max(0, Power - NarrowerStep));

    public ScanWidth After(int rows) => rows <= Few ? new(Math.Min(MaxPower, Power + WiderStep)) : this;

    /// <summary>The start of the look that ends before <paramref name="end"/>.</summary>
    /// <param name="end">May be in the future, where no mail is: the span is then counted from <paramref name="now"/>.</param>
    /// <param name="floor">The earliest start.</param>
    public EmailId StartBefore(EmailId end, DateTimeOffset now, EmailId floor)
    {
        var top = end.MintedAt < now ? end.MintedAt : now;
        var start = top - DateTimeOffset.UnixEpoch > Span ? EmailId.FirstFrom(top - Span) : floor;
        return start < floor ? floor : start;
    }
}
