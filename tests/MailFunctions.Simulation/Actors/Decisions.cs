namespace MailFunctions.Simulation.Actors;

/// <summary>What callers and operators have decided, as far as they know it from the answers. A mail is known by its sender.</summary>
internal sealed class Decisions
{
    private readonly Dictionary<string, DateTimeOffset> _canceled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _suppressed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);
    private readonly HashSet<string> _triedAgain = new(StringComparer.Ordinal);
    private readonly HashSet<string> _countedAsSent = new(StringComparer.Ordinal);

    /// <summary>The senders of canceled mails, and when each cancel was confirmed.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Canceled => _canceled;

    /// <summary>Addresses, and when the suppression of each was confirmed.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Suppressed => _suppressed;

    public void Cancel(string sender, DateTimeOffset now) => _canceled.TryAdd(sender, now);

    public void Suppress(string address, DateTimeOffset now) => _suppressed.TryAdd(address, now);

    /// <summary>A mail gets another time. Until it is confirmed, the earlier of the two is possible.</summary>
    public void Move(string sender, DateTimeOffset from, DateTimeOffset to, bool isConfirmed)
    {
        if (isConfirmed || to < _notBefore.GetValueOrDefault(sender, from))
            _notBefore[sender] = to;
    }

    /// <summary>The time before which a mail must not begin.</summary>
    /// <param name="scheduled">The time with which it was posted.</param>
    public DateTimeOffset? NotBefore(string sender, DateTimeOffset? scheduled) => _notBefore.TryGetValue(sender, out var moved) ? moved : scheduled;

    /// <summary>An operator has asked for another try, so that recipients whose outcome is unknown may get it twice.</summary>
    public void TryAgain(string sender) => _triedAgain.Add(sender);

    public bool IsTriedAgain(string sender) => _triedAgain.Contains(sender);

    /// <summary>An operator has asked to count it as sent.</summary>
    public void CountAsSent(string sender) => _countedAsSent.Add(sender);

    public bool IsCountedAsSent(string sender) => _countedAsSent.Contains(sender);
}
