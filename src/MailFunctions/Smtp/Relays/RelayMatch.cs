using System.Collections.Frozen;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The mail that a relay is for; a condition that is null matches any mail.</summary>
internal sealed record RelayMatch(FrozenSet<string>? SenderDomains, Lane? Lane, FrozenSet<string>? Tags)
{
    public static RelayMatch Any { get; } = new(null, null, null);

    public bool IsAny => SenderDomains is null && Lane is null && Tags is null;

    /// <summary>
    /// The relay is for mail of certain senders or kinds, and is usually the only one that their SPF and DKIM records
    /// permit. A lane is no entitlement: it is about load.
    /// </summary>
    public bool IsEntitlement => SenderDomains is not null || Tags is not null;

    /// <summary>Mail that the relay is entitled to may go to relays that are not, when this one is unavailable.</summary>
    public bool Fallback { get; init; }

    /// <param name="senderDomain">Lower-case ASCII.</param>
    public bool Fits(Lane lane, string senderDomain, IEnumerable<Tag> tags) => Misfit(lane, senderDomain, tags) is null;

    /// <summary>Returns the first condition that does not match; null when all do.</summary>
    /// <param name="senderDomain">Lower-case ASCII.</param>
    public PassedOver? Misfit(Lane lane, string senderDomain, IEnumerable<Tag> tags)
    {
        if (Lane is not null && Lane != lane)
            return PassedOver.Lane;
        if (SenderDomains?.Contains(senderDomain) == false)
            return PassedOver.SenderDomains;
        return Tags is null || tags.Any(tag => Tags.Contains(tag.Name) || Tags.Contains(tag.ToString())) ? null : PassedOver.Tags;
    }
}
