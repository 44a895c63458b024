namespace MailFunctions.LocalHost.Children;

/// <summary>The person who waits for a child that takes its time to end.</summary>
/// <param name="Console">Shows that a child is still saving.</param>
/// <param name="NextInterrupt">A token that the next Ctrl-C cancels: the child is then killed.</param>
internal sealed record Ending(TextWriter Console, Func<CancellationToken> NextInterrupt)
{
    /// <summary>Nobody waits, so nobody can decide that a child has saved for long enough.</summary>
    public static Ending Unattended { get; } = new(TextWriter.Null, () => CancellationToken.None);
}
