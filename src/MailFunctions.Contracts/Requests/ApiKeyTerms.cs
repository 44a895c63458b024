using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The limits of an API key. An absent list limits nothing.</summary>
public abstract record ApiKeyLimits
{
    internal const int MaxEntries = 500;

    /// <summary>The addresses and domains that mail may go to.</summary>
    [MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Recipients { get; init; }

    /// <summary>The lanes that mail may use, the default first; both when absent.</summary>
    [Words(typeof(EmailLane))]
    public IReadOnlyList<string>? Lanes { get; init; }

    /// <summary>The headers that mail may set: names, or prefixes that end with <c>*</c>.</summary>
    [MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>The templates that may be used: names, or prefixes that end with <c>*</c>. Mail without a template is refused then.</summary>
    [MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Templates { get; init; }

    /// <summary>The IP addresses and networks (CIDR) that the key may be used from.</summary>
    [MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Networks { get; init; }

    /// <summary>
    /// The quotas of the key, each as a name and a whole number, such as <c>mails_per_minute=60</c> or
    /// <c>recipients_per_day=1000</c>.
    /// </summary>
    [MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Quotas { get; init; }

    /// <summary>The time before which the key is refused.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time from which the key is refused, in the future; absent for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The body of <c>POST keys</c>.</summary>
/// <param name="Name">A note for people: the holder or the purpose of the key.</param>
/// <param name="Rights">What the key may do.</param>
/// <param name="Senders">The addresses and domains that it may send as, or <c>*</c> for all that the app allows.</param>
[Schema("ApiKeyTerms")]
public sealed record ApiKeyTerms(
    [MinLength(1), MaxLength(64)] string Name,
    [Words(typeof(KeyRight)), MinLength(1)] IReadOnlyList<string> Rights,
    [MinLength(1), MaxLength(500)] IReadOnlyList<string> Senders) : ApiKeyLimits;

/// <summary>The body of <c>PATCH keys/{id}</c>: what is absent stays; an empty list, or null for a time, removes the limit.</summary>
[Schema("ApiKeyChange", Rules = """{"properties": {"not_before": {"type": ["string", "null"]}, "expires_at": {"type": ["string", "null"]}}}""")]
public sealed record ApiKeyChange : ApiKeyLimits
{
    /// <summary>A note for people: the holder or the purpose of the key.</summary>
    [MinLength(1), MaxLength(64)]
    public string? Name { get; init; }

    /// <summary>The rights of the key.</summary>
    [Words(typeof(KeyRight)), MinLength(1)]
    public IReadOnlyList<string>? Rights { get; init; }

    /// <summary>The addresses and domains that it may send as, or <c>*</c> for all that the app allows.</summary>
    [MinLength(1), MaxLength(MaxEntries)]
    public IReadOnlyList<string>? Senders { get; init; }
}
