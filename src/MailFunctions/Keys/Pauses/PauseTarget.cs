using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;

namespace MailFunctions.Keys.Pauses;

internal enum PauseKind
{
    /// <summary>An API key: its calls are refused, and the mail that it sent waits.</summary>
    Key,

    /// <summary>A sender's address, or all addresses of a domain.</summary>
    Sender,

    Lane,
}

/// <summary>A key, a sender or a lane, as something that can be paused.</summary>
/// <param name="Name">The key's id; an address, or a domain in lower-case ASCII; the lane's name.</param>
internal readonly record struct PauseTarget(PauseKind Kind, string Name)
{
    public bool IsAddress => Kind == PauseKind.Sender && Name.Contains('@', StringComparison.Ordinal);

    /// <summary>The name without an address: keys of storage, logs and the audit trail repeat it.</summary>
    public string Alias => IsAddress ? RecipientHash.Of(Name) : Name;

    /// <summary>The key of its row. A domain has a dot and a hash has none, so no two targets share one.</summary>
    public string RowKey => $"{Kind.Name()}-{Alias}";

    /// <param name="fault">What is wrong with the name; it may quote none of it.</param>
    public static bool TryParse(PauseKind kind, string text, out PauseTarget target, [NotNullWhen(false)] out string? fault)
    {
        var (name, wrong) = kind switch
        {
            PauseKind.Key => ApiKeyText.IsId(text) ? (text, null) : (null, "must be the id of an API key: the part between mf_ and the next underscore"),
            PauseKind.Lane => LaneNames.TryParse(text, out var lane) ? (lane.Name(), null) : (null, $"must be {LaneNames.Transactional} or {LaneNames.Bulk}"),
            _ => text.Contains('@', StringComparison.Ordinal) ? ReadAddress(text) : MailDomain.TryParse(text, out var domain, out var unread) ? (domain, null) : ((string?)null, unread),
        };
        target = new PauseTarget(kind, name ?? "");
        fault = wrong;
        return fault is null;
    }

    private static (string? Name, string? Fault) ReadAddress(string text)
    {
        if (!AddressParser.TryParse(text, out var address, out var fault))
            return (null, fault);
        return address.DisplayName.Length == 0 ? (RecipientHash.Normalise(address.Mailbox), null) : (null, "has a name: write the address alone, as in a@b.c");
    }
}

internal static class PauseKinds
{
    public static IReadOnlyList<string> Names { get; } = [.. Enum.GetValues<PauseKind>().Select(kind => kind.Name())];

    public static string Name(this PauseKind kind) => kind switch
    {
        PauseKind.Key => PauseKindName.Key,
        PauseKind.Sender => PauseKindName.Sender,
        PauseKind.Lane => PauseKindName.Lane,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static PauseKind? Find(string? name)
    {
        foreach (var kind in Enum.GetValues<PauseKind>())
        {
            if (kind.Name() == name)
                return kind;
        }

        return null;
    }
}
