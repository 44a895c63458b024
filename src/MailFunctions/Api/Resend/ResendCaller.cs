using MailFunctions.Api.Keys;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>A caller with an API key, and the permissions of that key.</summary>
internal sealed class ResendCaller
{
    private readonly ApiKey _key;
    private readonly AllowedSenders? _senders;

    public ResendCaller(ApiKey key)
    {
        _key = key;
        if (key.Senders.Count > 0 && !AllowedSenders.TryParse(key.Senders, out _senders, out var faults))
            throw new InvalidDataException($"The senders of API key {key.Id} cannot be read: {string.Join(' ', faults)}");
    }

    /// <summary>The scope of the key's idempotency keys. No hash of a function key has this form.</summary>
    public string Scope => $"key-{_key.Id}";

    /// <summary>The lane of mail that names none.</summary>
    public Lane DefaultLane => _key.Lanes[0];

    /// <returns>The field that the app allows but this key does not; null when there is none.</returns>
    public Refusal? Refuses(EmailDraft draft)
    {
        if (_senders?.Allows(draft.Content.From) == false)
            return new Refusal("from", $"is not a sender that this API key may send as: its domain is {draft.Content.From.Domain}");
        if (draft.Content.Headers.FirstOrDefault(field => !_key.MaySet(field.Name)) is { } header)
            return new Refusal("headers", $"has {ErrorList.Quote(header.Name)}, which this API key may not set");
        return _key.Lanes.Contains(draft.Lane) ? null : new Refusal("lane", $"is not one that this API key may use: {string.Join(", ", _key.Lanes.Select(LaneNames.Name))}");
    }

    public Problem? RefusesAlone(EmailDraft draft) =>
        Refuses(draft) is { } refusal
            ? new Problem(StatusCodes.Status401Unauthorized, "restricted_api_key", "This API key may not do that.") { Detail = $"The `{refusal.Field}` field {refusal.Message}." }
            : null;

    /// <summary>Tests whether the key may read, move or cancel a mail: only mail that it could have sent.</summary>
    public bool Sees(LedgerRow row)
    {
        var at = row.Sender.LastIndexOf('@');
        return _key.Lanes.Contains(row.Lane) && _senders?.Allows(new EmailAddress("", row.Sender[..at], row.Sender[(at + 1)..])) != false;
    }
}
