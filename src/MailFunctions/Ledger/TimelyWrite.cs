namespace MailFunctions.Ledger;

/// <summary>
/// Bounds the two writes by which a call makes a mail open, or due earlier: first the message that wakes it, then the ledger
/// row. A worker that gets the message before the row is written drops it, or defers it to the old time. So the message is
/// hidden for <see cref="WakeUpAfter"/>, and the writes are given up before that.
/// </summary>
internal static class TimelyWrite
{
    /// <summary>The time for which the message is hidden, counted from its own write.</summary>
    public static readonly TimeSpan WakeUpAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time after which both writes are given up. Longer than the storage client's own tries of both take; needed since the
    /// client limits neither the Retry-After of an answer nor the wait for an access token.
    /// </summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(4);

    /// <summary>
    /// The time in which a table request that was given up may still be carried out: Azure ends it after 30 s ("Setting timeouts
    /// for Table service operations" of the reference of the Table service).
    /// </summary>
    public static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(30);

    /// <param name="writes">Both writes, the message first.</param>
    /// <exception cref="TimeoutException">
    /// The writes were given up. The row may still be written, and the message leads to it then.
    /// </exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> writes, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(GivenUpAfter, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await writes(either.Token);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Storage took more than {GivenUpAfter} for two writes.", exception);
        }
    }
}
