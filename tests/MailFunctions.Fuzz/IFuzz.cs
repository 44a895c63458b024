namespace MailFunctions.Fuzz;

/// <param name="StartAsync">Whatever has to run first.</param>
internal sealed record FuzzTarget(string Name, Func<CancellationToken, Task<IFuzz>> StartAsync);

/// <summary>Something that strangers feed.</summary>
internal interface IFuzz : IAsyncDisposable
{
    /// <summary>Cases that run side by side, where they mostly wait.</summary>
    int AtOnce => 1;

    /// <summary>What each case is given at most; a case that takes longer hangs.</summary>
    TimeSpan Patience { get; }

    /// <summary>What the cases were, so that a reader sees that they met what they are for.</summary>
    Tally Tally { get; }

    /// <summary>What at least one case of a whole run comes to; else the run has tried nothing.</summary>
    IReadOnlyList<string> Expected { get; }

    /// <returns>What is wrong; null when nothing is.</returns>
    Task<string?> TryAsync(int seed, CancellationToken cancellationToken);

    /// <summary>What can be said only of all cases together.</summary>
    Task<string?> FinishAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
