namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST timers/{name}/run</c>: what the run did.</summary>
/// <param name="Name">The timer, called as its function is.</param>
/// <param name="Jobs">In the order in which they were done.</param>
public sealed record TimerRunAnswer(string Name, DateTimeOffset StartedAt, DateTimeOffset EndedAt, IReadOnlyList<TimerJobAnswer> Jobs);

/// <param name="Counts">What was counted on the way; empty for a job that counts nothing.</param>
public sealed record TimerJobAnswer(string Name, IReadOnlyDictionary<string, int> Counts);
