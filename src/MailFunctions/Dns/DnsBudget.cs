namespace MailFunctions.Dns;

/// <summary>
/// The questions and the time that one check may take together, however a domain's records are made.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class DnsBudget(int questions, TimeSpan time, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private int _asked;

    /// <summary>The questions asked so far, those answered from the cache too.</summary>
    public int Asked => Math.Min(Volatile.Read(ref _asked), questions);

    public TimeProvider Clock => clock;

    /// <summary>The time left, never below zero.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = time - clock.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes one question. Returns why it may not be asked, or null if it may.</summary>
    public string? Take()
    {
        if (Left == TimeSpan.Zero)
            return $"The time for all DNS questions, {time.TotalSeconds:0.#} s, is over.";
        return Interlocked.Increment(ref _asked) > questions ? $"The limit of {questions} DNS questions is reached." : null;
    }
}
