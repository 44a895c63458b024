namespace MailFunctions.Storage;

/// <summary>Runs the jobs of one timer, one after the other.</summary>
internal static class TimerJobs
{
    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public static async Task RunAllAsync(IEnumerable<Func<CancellationToken, Task>> jobs, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var job in jobs)
        {
            try
            {
                await job(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException(failures);
    }
}
