namespace MailFunctions.LocalHost.Hosting;

/// <summary>The settings that are read from host.json, with the defaults of the Functions host.</summary>
internal sealed record HostSettings
{
    /// <summary>The prefix of the route of every HTTP function; empty for none.</summary>
    public string RoutePrefix { get; init; } = "api";

    public QueueSettings Queues { get; init; } = new();
}

/// <summary>The section extensions.queues of host.json.</summary>
internal sealed record QueueSettings
{
    /// <summary>Messages fetched at once; 1 to 32, the most that the queue service returns.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The next batch is fetched when no more than this many are running, so BatchSize + NewBatchThreshold run at most.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>A message that failed this often goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>The time that a message is hidden after a failure; up to 7 days.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>The longest pause between two polls of an empty queue; at least 100 ms.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>messageEncoding: base64, or none.</summary>
    public bool Base64 { get; init; } = true;
}
