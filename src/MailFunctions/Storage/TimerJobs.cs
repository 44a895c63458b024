namespace MailFunctions.Storage;

/// <summary>One of the jobs of a timer.</summary>
/// <param name="Name">In snake case; part of the answer of <c>POST timers/{name}/run</c>.</param>
/// <param name="Run">Returns what the job counted; empty if it counts nothing.</param>
internal sealed record TimerJob(string Name, Func<CancellationToken, Task<IReadOnlyDictionary<string, int>>> Run)
{
    public static TimerJob Uncounted(string name, Func<CancellationToken, Task> run) => new(
        name,
        async cancellationToken =>
        {
            await run(cancellationToken);
            return new Dictionary<string, int>();
        });

    public static TimerJob Counted(string name, string unit, Func<CancellationToken, Task<int>> run) => new(
        name,
        async cancellationToken => new Dictionary<string, int> { [unit] = await run(cancellationToken) });
}

/// <summary>The result of a job.</summary>
/// <param name="Failure">Null if the job succeeded.</param>
internal sealed record JobReport(string Name, IReadOnlyDictionary<string, int> Counts, Exception? Failure);

/// <summary>Runs the jobs of one timer, one after the other.</summary>
internal static class TimerJobs
{
    /// <exception cref="AggregateException">Contains all failures; a failing job does not stop the others.</exception>
    public static async Task RunAllAsync(IEnumerable<Func<CancellationToken, Task>> jobs, CancellationToken cancellationToken)
    {
        var reports = await ReportAllAsync(jobs.Select(job => TimerJob.Uncounted("", job)), cancellationToken);
        ThrowFailures(reports);
    }

    /// <summary>Runs the jobs and reports on each. A failing job does not stop the others.</summary>
    public static async Task<IReadOnlyList<JobReport>> ReportAllAsync(IEnumerable<TimerJob> jobs, CancellationToken cancellationToken)
    {
        var reports = new List<JobReport>();
        foreach (var job in jobs)
        {
            try
            {
                reports.Add(new JobReport(job.Name, await job.Run(cancellationToken), Failure: null));
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                reports.Add(new JobReport(job.Name, new Dictionary<string, int>(), exception));
            }
        }

        return reports;
    }

    /// <exception cref="AggregateException">Contains all failures.</exception>
    public static void ThrowFailures(IReadOnlyList<JobReport> reports)
    {
        var failures = reports.Select(report => report.Failure).OfType<Exception>().ToList();
        if (failures.Count > 0)
            throw new AggregateException(failures);
    }
}
