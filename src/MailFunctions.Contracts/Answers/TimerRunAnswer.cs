namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST timers/{name}/run</c>: the result of the run.</summary>
/// <param name="Name">The timer, with the name of its function.</param>
/// <param name="Jobs">The jobs in the order in which they ran.</param>
[Schema("TimerRun")]
public sealed record TimerRunAnswer(string Name, DateTimeOffset StartedAt, DateTimeOffset EndedAt, IReadOnlyList<TimerJobAnswer> Jobs);

/// <param name="Counts">The counts of the job; empty for a job that counts nothing.</param>
[Schema("TimerJob")]
public sealed record TimerJobAnswer(string Name, IReadOnlyDictionary<string, int> Counts);
