using System.Collections.Frozen;

namespace MailFunctions.Smtp.Signing;

/// <summary>The header fields that a signature covers (RFC 6376 section 5.4.1), less those that a relay rewrites.</summary>
internal sealed class SignedFields
{
    private const string Required = "from";

    /// <summary>
    /// The fields in the order of the tag <c>h=</c>. A closed one is named once more than it occurs, so that adding one breaks
    /// the signature.
    /// </summary>
    private static readonly (string Name, bool IsClosed)[] Fields =
    [
        (Required, true),
        ("reply-to", true),
        ("subject", true),
        ("date", true),
        ("to", true),
        ("cc", true),
        ("message-id", true),
        ("in-reply-to", false),
        ("references", false),
        ("mime-version", false),
        ("content-type", true),
        ("content-transfer-encoding", false),
        ("list-id", false),
        ("list-help", false),
        ("list-unsubscribe", true),
        ("list-unsubscribe-post", true),
        ("list-subscribe", false),
        ("list-post", false),
        ("list-owner", false),
        ("list-archive", false),
    ];

    private readonly FrozenSet<string> _rewritten;

    private SignedFields(IEnumerable<string> rewritten) => _rewritten = rewritten.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, covered where a relay rewrites none.</summary>
    public static SignedFields All { get; } = new([]);

    /// <param name="rewritten">Names of fields that the relay rewrites, separated by commas; null for none.</param>
    /// <returns>Null when one is never signed, or always.</returns>
    public static SignedFields? Without(string? rewritten)
    {
        var names = (rewritten ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.All(name => Fields.Any(field => field.Name != Required && field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) ? new SignedFields(names) : null;
    }

    /// <summary>Returns the names for the tag <c>h=</c>: each as often as it occurs, and once more where it is closed.</summary>
    public IReadOnlyList<string> Of(HeaderBlock header) =>
    [
        .. Fields.Where(field => !_rewritten.Contains(field.Name))
            .SelectMany(field => Enumerable.Repeat(field.Name, header.Count(field.Name) + (field.IsClosed ? 1 : 0))),
    ];
}
