namespace MailFunctions.Ledger;

/// <summary>
/// Bounds the two writes by which a call makes a mail open, or due earlier: first what wakes it, then the ledger row. A
/// wake-up that a worker meets before the row says so is dropped, or put back for the old time; so it is held back for
/// <see cref="WakeUpAfter"/>, and the writes are given up before that.
/// </summary>
internal static class TimelyWrite
{
    /// <summary>How long no worker sees the wake-up, counted from its own write.</summary>
    public static readonly TimeSpan WakeUpAfter = TimeSpan.FromMinutes(5);

    /// <summary>
    /// When both writes are given up. Longer than the storage client's own tries of both take; needed since the client bounds
    /// neither the Retry-After of an answer nor the wait for an access token.
    /// </summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromMinutes(4);

    /// <summary>
    /// A request to a table that was given up may still be carried out: Azure ends it after 30 s ("Setting timeouts for Table
    /// service operations" of the reference of the Table service).
    /// </summary>
    public static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(30);

    /// <param name="writes">Both writes, the wake-up first.</param>
    /// <exception cref="TimeoutException">They were given up. The row may be written nevertheless, and the wake-up finds it then.</exception>
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
