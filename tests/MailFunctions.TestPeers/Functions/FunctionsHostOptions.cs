namespace MailFunctions.TestPeers.Functions;

/// <summary>What a <see cref="FunctionsHost"/> is started with.</summary>
public sealed record FunctionsHostOptions
{
    /// <summary>The folder of the published app: it has MailFunctions.App.dll, host.json and functions.metadata.</summary>
    public required string Package { get; init; }

    /// <summary>The storage of the queues, and the worker's setting AzureWebJobsStorage.</summary>
    public required string StorageConnectionString { get; init; }

    /// <summary>For example <c>smtp://127.0.0.1:2525?starttls=none</c>.</summary>
    public required string RelayUrl { get; init; }

    /// <summary>Configuration keys of the worker, with colons.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a message is hidden whose function failed, in place of what host.json says; null: as it says.</summary>
    public TimeSpan? VisibilityTimeout { get; init; }
}
