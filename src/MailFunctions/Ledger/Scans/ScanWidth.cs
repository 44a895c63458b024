using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>
/// How much time one look at the ledger spans. Nobody knows how dense the mail lies there, so each look tells the next:
/// a sparse year takes a few looks, and of a dense second no more is loaded than it must.
/// </summary>
/// <param name="Power">The span is 2 to this power in milliseconds: from 1 ms to 397 days.</param>
internal readonly record struct ScanWidth(int Power)
{
    public const int MaxPower = 35;

    /// <summary>A look that finds more is given up, and repeated with a narrower span.</summary>
    public const int Many = 2000;

    /// <summary>A look that finds no more widens the next: four times of it is less than <see cref="Many"/>.</summary>
    public const int Few = 250;

    /// <summary>Four times as wide: an empty year is a dozen looks.</summary>
    private const int WiderStep = 2;

    /// <summary>A sixteenth: what was read too much of is thrown away, so it must not happen often.</summary>
    private const int NarrowerStep = 4;

    /// <summary>About a minute.</summary>
    public static readonly ScanWidth First = new(16);

    public TimeSpan Span => TimeSpan.FromMilliseconds(1L << Power);

    /// <summary>How many rows a look may find. A millisecond cannot be divided: it is taken whole.</summary>
    public int Most => Power == 0 ? int.MaxValue : Many;

    public ScanWidth Narrower => new(Math.Max(0, Power - NarrowerStep));

    public ScanWidth After(int rows) => rows <= Few ? new(Math.Min(MaxPower, Power + WiderStep)) : this;

    /// <summary>Where the look begins that ends before <paramref name="end"/>.</summary>
    /// <param name="end">May lie in the future, where no mail is: the span is counted from <paramref name="now"/> then.</param>
    /// <param name="floor">It begins no earlier.</param>
    public EmailId StartBefore(EmailId end, DateTimeOffset now, EmailId floor)
    {
        var top = end.MintedAt < now ? end.MintedAt : now;
        var start = top - DateTimeOffset.UnixEpoch > Span ? EmailId.FirstFrom(top - Span) : floor;
        return start < floor ? floor : start;
    }
}
