namespace MailFunctions.LocalHost.Children;

/// <summary>The user at the console who waits for a child that is slow to end.</summary>
/// <param name="Console">Shows that a child is still saving.</param>
/// <param name="NextInterrupt">A token that the next Ctrl-C cancels: the child is then killed.</param>
internal sealed record Ending(TextWriter Console, Func<CancellationToken> NextInterrupt)
{
    /// <summary>No user waits, so the wait for a child that saves its data is never cut short.</summary>
    public static Ending Unattended { get; } = new(TextWriter.Null, () => CancellationToken.None);
}
