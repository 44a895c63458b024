namespace MailFunctions.Statistics;

/// <summary>What one run of the compiler has done so far.</summary>
/// <param name="now">The start of the running minute.</param>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class CompilerRun(DateTimeOffset now)
{
    public DateTimeOffset Now { get; } = now;

    /// <summary>The minutes that need no second look in this run: a look now serves every watermark.</summary>
    public HashSet<DateTimeOffset> Done { get; } = [];

    /// <summary>How many minutes were computed.</summary>
    public int Minutes { get; set; }

    public BucketChange Change { get; set; } = BucketChange.None;

    /// <summary>The first minute from <paramref name="from"/> on that is not done, at most <paramref name="end"/>.</summary>
    public DateTimeOffset DoneUntil(DateTimeOffset from, DateTimeOffset end)
    {
        while (from < end && Done.Contains(from)) from += TimeSpan.FromMinutes(1);
        return from;
    }
}
