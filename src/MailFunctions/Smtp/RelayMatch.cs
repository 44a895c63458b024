using System.Collections.Frozen;
using MailFunctions.Ledger;

namespace MailFunctions.Smtp;

/// <summary>Which mail a relay is for; what is null fits any.</summary>
internal sealed record RelayMatch(FrozenSet<string>? SenderDomains, Lane? Lane, FrozenSet<string>? Tags)
{
    public static RelayMatch Any { get; } = new(null, null, null);

    public bool IsAny => SenderDomains is null && Lane is null && Tags is null;

    /// <param name="senderDomain">Lower-case ASCII.</param>
    public bool Fits(Lane lane, string senderDomain, IEnumerable<Tag> tags) =>
        (Lane is null || Lane == lane)
        && (SenderDomains is null || SenderDomains.Contains(senderDomain))
        && (Tags is null || tags.Any(tag => Tags.Contains(tag.Name) || Tags.Contains(tag.ToString())));
}
