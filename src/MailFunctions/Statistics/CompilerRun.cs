namespace MailFunctions.Statistics;

/// <summary>The progress of one run of the compiler.</summary>
/// <param name="now">The start of the running minute.</param>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class CompilerRun(DateTimeOffset now)
{
    public DateTimeOffset Now { get; } = now;

    /// <summary>The minutes that need not be compiled again in this run: compiling a minute now serves every watermark.</summary>
    public HashSet<DateTimeOffset> Done { get; } = [];

    /// <summary>The number of minutes that were computed.</summary>
    public int Minutes { get; set; }

    public BucketChange Change { get; set; } = BucketChange.None;

    /// <summary>Returns the first minute from <paramref name="from"/> on that is not done, at most <paramref name="end"/>.</summary>
    public DateTimeOffset DoneUntil(DateTimeOffset from, DateTimeOffset end)
    {
        while (from < end && Done.Contains(from))
            from += TimeSpan.FromMinutes(1);
        return from;
    }
}
