namespace MailFunctions.TestPeers.App;

/// <summary>What an <see cref="AppProcess"/> is started with. Storage and relay are given, so it starts neither by itself.</summary>
public sealed record AppProcessOptions
{
    /// <summary>The path of MailFunctions.LocalHost.dll, beside its runtimeconfig.json and host.json.</summary>
    public required string Assembly { get; init; }

    public required string StorageConnectionString { get; init; }

    /// <summary>For example <c>smtp://127.0.0.1:2525?starttls=none</c>.</summary>
    public required string RelayUrl { get; init; }

    /// <summary>Configuration keys, with colons. They reach the process as environment variables, and win over the rest.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>0: a free one, which the process finds.</summary>
    public int Port { get; init; }

    /// <summary>How long it may take to be ready, and how long to stop.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
