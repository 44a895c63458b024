namespace MailFunctions.TestPeers.Functions;

/// <summary>One run of a function that has ended.</summary>
/// <param name="Id">Of the invocation.</param>
/// <param name="Function">Its name.</param>
/// <param name="Outcome">As the worker says, or that it went away.</param>
/// <param name="Fault">What the function threw; null when it succeeded.</param>
public sealed record Invocation(string Id, string Function, InvocationOutcome Outcome, string? Fault)
{
    public bool Succeeded => Outcome == InvocationOutcome.Succeeded;
}

public enum InvocationOutcome
{
    Succeeded,
    Failed,
    Canceled,

    /// <summary>The worker's process ended first.</summary>
    Lost,
}
