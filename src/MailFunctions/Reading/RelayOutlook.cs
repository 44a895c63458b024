using System.Globalization;
using MailFunctions.Ledger;
using MailFunctions.Rates;
using MailFunctions.Sandbox;
using MailFunctions.Smtp;

namespace MailFunctions.Reading;

/// <summary>What stands at the relays in the way of a mail that has still to be sent.</summary>
internal sealed class RelayOutlook(RelayRouter router, RelayNotices notices, RelayRates rates, SandboxRules sandbox, TimeProvider clock)
{
    /// <returns>Null when it needs no relay.</returns>
    public async Task<IReadOnlyList<RelayAnswer>?> ReadAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var addressees = sandbox.AddresseesOf(row);
        if (!addressees.NeedRelay)
            return null;
        var recipients = addressees.Envelope.Recipients.Count;
        var route = router.RouteOf(row.Lane, row.SenderDomain, row.Tags);
        return await Task.WhenAll(route.Lines.Select(line => ReadAsync(line.Relay, row.Lane, recipients, cancellationToken)));
    }

    /// <summary>In words; null when nothing is in the way.</summary>
    public static string? Sentence(IReadOnlyList<RelayAnswer> relays)
    {
        if (relays.Count == 0)
            return "No relay is for such mail.";
        if (relays.All(relay => relay.LeftAloneUntil is not null))
            return string.Join(' ', relays.Select(LeftAlone));
        return relays.Where(relay => relay.LeftAloneUntil is null).All(relay => relay.FullLimit is not null)
            ? string.Join(' ', relays.Select(relay => relay.LeftAloneUntil is null ? Full(relay) : LeftAlone(relay)))
            : null;
    }

    private static string LeftAlone(RelayAnswer relay)
    {
        if (relay is { LeftAloneStage: "local", LeftAloneCode: 538 })
            return string.Create(CultureInfo.InvariantCulture, $"Relay {relay.Name} has no TLS to log in over, so the login is not sent (settings Tls, AllowLoginWithoutTls); it is left alone until {relay.LeftAloneUntil:u}.");
        var cause = Enum.GetValues<RelayCause>().Cast<RelayCause?>().FirstOrDefault(cause => EmailAnswerMapping.SnakeCase(cause!.Value.ToString()) == relay.LeftAloneCause);
        var what = cause?.IsRefusal() == true ? "refuses us" : "failed too often";
        return string.Create(
            CultureInfo.InvariantCulture, $"Relay {relay.Name} {what} and is left alone until {relay.LeftAloneUntil:u} ({relay.LeftAloneStage} {relay.LeftAloneCode}). {cause?.Sentence()}").TrimEnd();
    }

    private static string Full(RelayAnswer relay) => string.Create(
        CultureInfo.InvariantCulture, $"Relay {relay.Name} has had what its limit {relay.FullLimit} allows; there should be room at {relay.RoomAt:u}.");

    private async Task<RelayAnswer> ReadAsync(Relay relay, Lane lane, int recipients, CancellationToken cancellationToken)
    {
        var notice = await notices.ReadAsync(relay.Name, cancellationToken);
        var slot = await rates.LookAsync(relay.Name, relay.Limits, lane, recipients, cancellationToken);
        return new RelayAnswer(
            relay.Name,
            notice?.Until,
            notice is null ? null : EmailAnswerMapping.SnakeCase(notice.Stage.ToString()),
            notice?.Code,
            notice?.Cause is { } cause ? EmailAnswerMapping.SnakeCase(cause.ToString()) : null,
            slot.At > clock.GetUtcNow() ? slot.At : null,
            slot.Full is { } full ? string.Create(CultureInfo.InvariantCulture, $"{full.Name} of {full.Count}") : null);
    }
}
