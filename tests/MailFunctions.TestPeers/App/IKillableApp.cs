namespace MailFunctions.TestPeers.App;

/// <summary>An app that a test can end at any moment, without a chance for it to finish what it does.</summary>
public interface IKillableApp : IAsyncDisposable
{
    /// <summary>What it prints, line by line.</summary>
    Journal<string> Output { get; }

    /// <summary>Waits until it listens, and returns the root of its HTTP endpoint.</summary>
    Task<Uri> FindUrlAsync(CancellationToken cancellationToken);

    /// <summary>Ends it: when this returns, nothing more that it does reaches storage, the relay or a caller.</summary>
    Task KillAsync();
}
