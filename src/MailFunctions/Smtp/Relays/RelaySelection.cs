using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The relays that a mail may go to, and why the others are passed over. Pure.</summary>
/// <param name="Chosen">In the order of the settings.</param>
/// <param name="Others">In the order of the settings.</param>
internal sealed record RelaySelection(IReadOnlyList<RelayLine> Chosen, IReadOnlyList<(RelayLine Line, PassedOver Why)> Others)
{
    /// <param name="lines">All relays.</param>
    /// <param name="senderDomain">Lower-case ASCII.</param>
    /// <param name="use">The use whose connections the mail would go over.</param>
    public static RelaySelection Of(IReadOnlyList<RelayLine> lines, Lane lane, string senderDomain, IReadOnlyList<Tag> tags, ConnectionUse use)
    {
        var judged = lines.Select(line => (Line: line, Why: Misfit(line.Relay))).ToList();
        var entitled = judged.Where(one => one.Why is null && one.Line.Relay.Match.IsEntitlement).ToList();
        var waitsForThem = entitled.Exists(one => !one.Line.Relay.Match.Fallback);
        return new RelaySelection(
            [.. judged.Where(one => WhyNot(one) is null).Select(one => one.Line)],
            [.. judged.Where(one => WhyNot(one) is not null).Select(one => (one.Line, WhyNot(one)!.Value))]);

        PassedOver? Misfit(Relay relay) =>
            relay.Match.Misfit(lane, senderDomain, tags) ?? (relay.Connections.Of(use) > 0 ? null : PassedOver.Connections);

        PassedOver? WhyNot((RelayLine Line, PassedOver? Why) one) =>
            one.Why ?? (waitsForThem && !one.Line.Relay.Match.IsEntitlement ? PassedOver.Unmatched : null);
    }
}

/// <summary>The reason why a relay does not get a mail.</summary>
internal enum PassedOver
{
    /// <summary>Its Match names the other lane.</summary>
    Lane,

    /// <summary>Its Match names other sender domains.</summary>
    SenderDomains,

    /// <summary>Its Match names tags that the mail does not have.</summary>
    Tags,

    /// <summary>It has no connections for the mail's lane.</summary>
    Connections,

    /// <summary>
    /// Its Match names neither the sender's domain nor a tag; that of another relay does, without
    /// <see cref="RelayMatch.Fallback"/>.
    /// </summary>
    Unmatched,
}
