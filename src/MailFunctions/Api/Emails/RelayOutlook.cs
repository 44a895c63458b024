using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Api.Emails;

/// <summary>Finds the obstacles that an unsent mail meets at the relays.</summary>
internal sealed class RelayOutlook(RelayRouter router, RelayNotices notices, RelayRates rates, SandboxRules sandbox, SigningDomains signing, TimeProvider clock)
{
    private const string Unmatched = "unmatched";

    /// <returns>Null when the mail needs no relay.</returns>
    public async Task<IReadOnlyList<RelayAnswer>?> ReadAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var addressees = sandbox.AddresseesOf(row);
        if (!addressees.NeedRelay)
            return null;
        var recipients = addressees.Envelope.Recipients.Count;
        var route = router.RouteOf(row.Lane, row.SenderDomain, row.Tags);
        return await Task.WhenAll(route.Lines.Select(line => line.Relay.Unresolved.Count > 0
            ? Task.FromResult(Unresolved(line))
            : ReadAsync(line.Relay, row.Lane, recipients, cancellationToken)));
    }

    /// <summary>Returns the address that MAIL names, if it is not the one in From.</summary>
    public string? ReturnPath(LedgerRow row) => sandbox.AddresseesOf(row).Envelope.Sender is var sender && sender != row.Sender ? sender : null;

    /// <summary>Returns the domain that signs the mail; null when it goes unsigned, as at a relay whose mail is not signed.</summary>
    public string? SigningDomain(LedgerRow row) =>
        router.RouteOf(row.Lane, row.SenderDomain, row.Tags).Lines.Any(line => line.Relay.SignedFields is not null) ? signing.Find(row.SenderDomain)?.Name : null;

    /// <summary>Lists the relays that are passed over for the mail.</summary>
    /// <returns>Null when there are none, or when the mail needs no relay.</returns>
    public IReadOnlyList<PassedOverRelay>? PassedOver(LedgerRow row)
    {
        var others = sandbox.AddresseesOf(row).NeedRelay ? router.PassedOver(row) : [];
        return others.Count == 0 ? null : [.. others.Select(other => new PassedOverRelay(other.Line.Relay.Name, EmailAnswerMapping.SnakeCase(other.Why.ToString())))];
    }

    /// <summary>Describes the relays that are passed over; null when they do not matter.</summary>
    /// <param name="relays">The relays that the mail may go to.</param>
    /// <param name="isHeldUp">Whether those relays cannot take the mail at the moment.</param>
    public static string? Sentence(IReadOnlyList<RelayAnswer> relays, IReadOnlyList<PassedOverRelay>? passedOver, bool isHeldUp)
    {
        var telling = passedOver?.Where(other => relays.Count == 0 || (isHeldUp && other.Reason == Unmatched)).ToList() ?? [];
        return telling.Count == 0 ? null : string.Join(' ', telling.Select(other => $"Relay {other.Name} is passed over: {Why(other.Reason)}."));
    }

    /// <summary>Describes the obstacles at the relays; null when there are none.</summary>
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

    private static string Why(string reason) => reason switch
    {
        "lane" => "its Match is for the other lane",
        "sender_domains" => "its Match is for other sender domains",
        "tags" => "its Match is for tags that the mail does not have",
        "connections" => "it has no connections for the lane",
        _ => "its Match names neither the sender's domain nor a tag of the mail, that of another relay does, and Match:Fallback of that one does not allow it",
    };

    private static string LeftAlone(RelayAnswer relay)
    {
        if (relay is { LeftAloneStage: "local", LeftAloneCode: 538 })
            return string.Create(CultureInfo.InvariantCulture, $"Relay {relay.Name} has no TLS to log in over, so the login is not sent (settings Tls, AllowLoginWithoutTls); its circuit is open until {relay.LeftAloneUntil:u}.");
        if (relay.UnresolvedSettings is { } settings)
            return $"Relay {relay.Name} is not used: there is no value for {string.Join(" and ", settings)}. {RelayCause.UnresolvedSetting.Sentence()}";
        var cause = Enum.GetValues<RelayCause>().Cast<RelayCause?>().FirstOrDefault(cause => EmailAnswerMapping.SnakeCase(cause!.Value.ToString()) == relay.LeftAloneCause);
        var what = cause?.IsRefusal() == true ? "refuses us" : "failed too often";
        return string.Create(
            CultureInfo.InvariantCulture, $"Relay {relay.Name} {what} and its circuit is open until {relay.LeftAloneUntil:u} ({relay.LeftAloneStage} {relay.LeftAloneCode}). {cause?.Sentence()}").TrimEnd();
    }

    private static string Full(RelayAnswer relay) => string.Create(
        CultureInfo.InvariantCulture, $"Relay {relay.Name} has had what its limit {relay.FullLimit} allows; there should be room at {relay.RoomAt:u}.");

    /// <summary>
    /// Describes a relay with unresolved settings. Every process reads the same settings, so this needs no storage request.
    /// </summary>
    private static RelayAnswer Unresolved(RelayLine line) => new(
        line.Relay.Name,
        line.Breaker.OpenUntil,
        EmailAnswerMapping.SnakeCase(nameof(SmtpStage.Local)),
        LeftAloneCode: 0,
        EmailAnswerMapping.SnakeCase(nameof(RelayCause.UnresolvedSetting)),
        RoomAt: null,
        FullLimit: null)
    {
        UnresolvedSettings = line.Relay.Unresolved,
    };

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
