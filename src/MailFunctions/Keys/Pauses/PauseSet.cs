using System.Collections.Frozen;
using MailFunctions.Mail;

namespace MailFunctions.Keys.Pauses;

/// <summary>All pauses as they were at one moment. Immutable.</summary>
internal sealed class PauseSet
{
    private readonly FrozenDictionary<PauseTarget, Pause> _pauses;
    private readonly bool _hasAddresses;

    public PauseSet(IEnumerable<Pause> pauses)
    {
        _pauses = pauses.DistinctBy(pause => pause.Target).ToFrozenDictionary(pause => pause.Target);
        _hasAddresses = _pauses.Keys.Any(target => target.IsAddress);
    }

    public int Count => _pauses.Count;

    /// <summary>Finds the pause of an API key.</summary>
    public Pause? FindKey(string id, DateTimeOffset now) => Find(new PauseTarget(PauseKind.Key, id), now);

    /// <summary>Finds a pause that stops a mail.</summary>
    public Pause? Find(LedgerRow row, DateTimeOffset now)
    {
        if (_pauses.Count == 0)
            return null;
        return Find(new PauseTarget(PauseKind.Lane, row.Lane.Name()), now)
            ?? (row.Key is { } key ? FindKey(key, now) : null)
            ?? Find(new PauseTarget(PauseKind.Sender, row.SenderDomain), now)
            ?? (_hasAddresses ? Find(new PauseTarget(PauseKind.Sender, RecipientHash.Normalise(row.Sender)), now) : null);
    }

    private Pause? Find(PauseTarget target, DateTimeOffset now) => _pauses.TryGetValue(target, out var pause) && pause.IsInForce(now) ? pause : null;
}
