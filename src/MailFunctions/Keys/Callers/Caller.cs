using System.Net;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Keys.Callers;

/// <summary>
/// The maker of a call, and what they may do in it. The holder of a function key, of whom the host has checked it, may do all;
/// an API key narrows that to its rights and limits.
/// </summary>
/// <remarks>Made once for a call, at its edge.</remarks>
public sealed class Caller
{
    private readonly string? _identity;
    private readonly Func<CancellationToken, Task<string>>? _fingerprint;

    private Caller(CallerKind kind, ApiKey? key, IPAddress? client, string? identity, Func<CancellationToken, Task<string>>? fingerprint = null) =>
        (Kind, Key, Client, _identity, _fingerprint) = (kind, key, client, identity, fingerprint);

    private Caller(ApiKey key, IPAddress? client, IReadOnlyList<ApiKey> makers)
        : this(CallerKind.ApiKey, key, client, key.Id) => Keys = [key, .. makers];

    /// <summary>The person at the command line, who has access to the storage account.</summary>
    internal static Caller Operator { get; } = new(CallerKind.Operator, null, null, "command");

    internal CallerKind Kind { get; }

    /// <summary>The API key; null for the holder of a function key alone, and for the operator.</summary>
    internal ApiKey? Key { get; }

    /// <summary>The API key and its makers, for whose quotas its mail counts; empty without one.</summary>
    internal IReadOnlyList<ApiKey> Keys { get; } = [];

    /// <summary>The address of the client; null when it is not known.</summary>
    internal IPAddress? Client { get; }

    /// <summary>The lane of mail that names none.</summary>
    internal Lane DefaultLane => Key?.Limits.Lanes[0] ?? Lane.Transactional;

    internal static Caller OfFunctionKey(Func<CancellationToken, Task<string>> fingerprint, IPAddress? client) => new(CallerKind.FunctionKey, null, client, null, fingerprint);

    /// <param name="objectId">The object id of the caller's token, which the platform has checked.</param>
    /// <param name="fingerprint">That of the function key, which comes with the token.</param>
    internal static Caller OfEntra(string objectId, Func<CancellationToken, Task<string>> fingerprint, IPAddress? client) =>
        new(CallerKind.Entra, null, client, objectId, fingerprint);

    /// <param name="makers">Those of <see cref="ApiKey.Makers"/>.</param>
    internal static Caller OfKey(ApiKey key, IPAddress? client, IReadOnlyList<ApiKey> makers) => new(key, client, makers);

    /// <summary>Returns the key's id, the function key's fingerprint, or the object id: unique within the <see cref="Kind"/>.</summary>
    internal Task<string> IdentityAsync(CancellationToken cancellationToken) =>
        _identity is { } known ? Task.FromResult(known) : _fingerprint!(cancellationToken);

    /// <summary>
    /// Returns the scope of the caller's idempotency keys: the API key, or the function key. No fingerprint has the form of the
    /// former.
    /// </summary>
    internal Task<string> ScopeAsync(CancellationToken cancellationToken) =>
        Key is not null ? Task.FromResult($"key-{Key.Id}") : _fingerprint is null ? IdentityAsync(cancellationToken) : _fingerprint(cancellationToken);

    /// <summary>True for a caller who is not limited to some mails.</summary>
    internal bool SeesAll => Key is null;

    internal bool May(Rights any) => Key is null || (Key.Rights & any) != Rights.None;

    /// <summary>Tests whether the caller may read a mail, or, with the right, change it.</summary>
    internal bool Sees(LedgerRow row) =>
        Key is null
        || row.Key == Key.Id
        || (Key.Rights.HasFlag(Rights.Read) && Key.Limits.AllowLane(row.Lane) && Key.Limits.AllowSender(row.Sender));

    internal bool SeesTemplate(string name) => Key?.Limits.AllowTemplate(name) != false;

    /// <summary>Tests whether the caller may send from some address of a domain.</summary>
    /// <param name="domain">Lower-case ASCII.</param>
    internal bool SeesSenderDomain(string domain) => Key?.Limits.AllowSenderDomain(domain) != false;

    internal bool SeesRecipient(string mailbox) => Key?.Limits.AllowRecipient(mailbox) != false;

    /// <summary>Tests whether the caller may see, change or revoke a key, or make one: it may do no more than theirs.</summary>
    internal bool Sees(ApiKey key) => Key?.Covers(key) != false;

    /// <returns>The field that the app allows but this key does not; null when there is none.</returns>
    internal Refusal? Refuses(ProposedMail mail)
    {
        if (Key is not { Limits: var limits })
            return null;
        if (!limits.AllowSender(mail.From.Mailbox))
            return new Refusal("from", $"is not a sender that this API key may send as: its domain is {mail.From.Domain}");
        if (mail.Recipients.FirstOrDefault(recipient => !limits.AllowRecipient(recipient.Mailbox)) is { Domain: { } domain })
            return new Refusal("to", $"has a recipient that this API key may not send to: its domain is {domain}");
        if (mail.Headers.FirstOrDefault(header => !limits.AllowHeader(header)) is { } name)
            return new Refusal("headers", $"has {ErrorList.Quote(name)}, which this API key may not set");
        if (limits.Templates.Count > 0 && (mail.Template is null || !limits.AllowTemplate(mail.Template)))
            return new Refusal("template", "is not one that this API key may use");
        return limits.AllowLane(mail.Lane) ? null : new Refusal("lane", $"is not one that this API key may use: {string.Join(", ", limits.Lanes.Select(LaneNames.Name))}");
    }

    /// <summary>Omits all that identifies the caller but the kind and the id of an API key.</summary>
    public override string ToString() => Key is null ? Kind.ToString() : $"{Kind} {Key.Id}";
}

/// <summary>The ways to say who calls.</summary>
internal enum CallerKind
{
    FunctionKey,
    Entra,
    Operator,
    ApiKey,
}
