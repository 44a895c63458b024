namespace MailFunctions.Keys;

/// <summary>The terms of a key in words, as they are asked for: by a call or on the command line. <see cref="KeyRules"/> checks it.</summary>
public sealed record KeyTerms
{
    /// <summary>A note for people: 1 to 64 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>The words of <see cref="KeyRight"/>, at least one.</summary>
    public IReadOnlyList<string> Rights { get; init; } = [];

    /// <summary>Addresses, domains or <c>*</c>, at least one.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>Addresses and domains; none for all.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Names of lanes, the default first; none for both.</summary>
    public IReadOnlyList<string> Lanes { get; init; } = [];

    /// <summary>Names of headers, or prefixes that end with <c>*</c>; none for all that the app allows.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Names of templates, or prefixes that end with <c>*</c>; none for all, and for mail without a template.</summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>IP addresses and networks in CIDR notation; none for all.</summary>
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Names and values of quotas, such as <c>mails_per_minute=60</c>; none for no quota.</summary>
    public IReadOnlyList<string> Quotas { get; init; } = [];

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    internal static KeyTerms Of(ApiKey key) => new()
    {
        Name = key.Name,
        Rights = RightNames.Of(key.Rights),
        Senders = key.Limits.Senders,
        Recipients = key.Limits.Recipients,
        Lanes = [.. key.Limits.Lanes.Select(Mail.LaneNames.Name)],
        Headers = key.Limits.Headers,
        Templates = key.Limits.Templates,
        Networks = key.Limits.Networks,
        Quotas = key.Limits.Quotas.Entries,
        NotBefore = key.NotBefore,
        ExpiresAt = key.ExpiresAt,
    };
}
