using System.Net;
using MailFunctions.Keys.Quotas;
using MailFunctions.Mail;

namespace MailFunctions.Keys;

/// <summary>
/// The limits of a key: for which mail its rights hold, and from where. An empty list limits nothing, except for senders and
/// lanes, which are named.
/// </summary>
internal sealed record KeyLimits
{
    private static readonly AddressList Everyone = ListOf(["*"]);

    private AddressList _senders = Everyone;
    private AddressList _recipients = Everyone;
    private IReadOnlyList<IPNetwork> _networks = [];

    /// <summary>The addresses, domains or <c>*</c> that it may send as, within those that the app allows; at least one.</summary>
    public IReadOnlyList<string> Senders
    {
        get;
        init => (field, _senders) = (value, ListOf(value));
    } = ["*"];

    /// <summary>The addresses and domains that it may send to; none for all.</summary>
    public IReadOnlyList<string> Recipients
    {
        get;
        init => (field, _recipients) = (value, value.Count == 0 ? Everyone : ListOf(value));
    } = [];

    /// <summary>The lanes that it may use, at least one. Mail that names no lane goes to the first.</summary>
    public IReadOnlyList<Lane> Lanes { get; init; } = [Lane.Transactional, Lane.Bulk];

    /// <summary>The headers that it may set: names, or prefixes that end with <c>*</c>; none for all that the app allows.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>
    /// The templates that it may use: names, or prefixes that end with <c>*</c>; none for all, and for mail without a template.
    /// </summary>
    public IReadOnlyList<string> Templates { get; init; } = [];

    /// <summary>The addresses and networks (CIDR) that it may be used from; none for all.</summary>
    public IReadOnlyList<string> Networks
    {
        get;
        init => (field, _networks) = (value, [.. value.Select(Network.Parse)]);
    } = [];

    /// <summary>The most mail that is accepted from it.</summary>
    public QuotaLimits Quotas { get; init; } = QuotaLimits.None;

    /// <summary>True if the key is limited to mail of some senders or of one lane.</summary>
    public bool AreOfSomeMail => !_senders.IsEveryone || Lanes.Count < Enum.GetValues<Lane>().Length;

    public bool AllowSender(string mailbox) => _senders.Contains(mailbox);

    /// <summary>True if it may send from some address of the domain.</summary>
    public bool AllowSenderDomain(string domain) => _senders.ContainsSomeOf(domain);

    public bool AllowRecipient(string mailbox) => _recipients.Contains(mailbox);

    public bool AllowLane(Lane lane) => Lanes.Contains(lane);

    public bool AllowHeader(string name) => NamePattern.AnyMatches(Headers, name, StringComparison.OrdinalIgnoreCase);

    public bool AllowTemplate(string name) => NamePattern.AnyMatches(Templates, name, StringComparison.Ordinal);

    /// <param name="client">Null when it is not known, which is allowed only where no network is named.</param>
    public bool AllowClient(IPAddress? client) =>
        _networks.Count == 0 || (client is not null && _networks.Any(network => network.Contains(client)));

    /// <summary>Tests whether these limits allow all that <paramref name="other"/> allow.</summary>
    public bool Cover(KeyLimits other) =>
        _senders.Covers(other._senders)
        && _recipients.Covers(other._recipients)
        && Quotas.Cover(other.Quotas)
        && other.Lanes.All(AllowLane)
        && NamePattern.Cover(Headers, other.Headers, StringComparison.OrdinalIgnoreCase)
        && NamePattern.Cover(Templates, other.Templates, StringComparison.Ordinal)
        && (_networks.Count == 0 || (other._networks.Count > 0 && other._networks.All(inner => _networks.Any(outer => Network.Contains(outer, inner)))));

    private static AddressList ListOf(IReadOnlyList<string> entries) => AddressList.TryParse(entries, out var list, out var faults)
        ? list
        : throw new InvalidDataException($"The addresses of an API key cannot be read: {string.Join(' ', faults)}");
}
