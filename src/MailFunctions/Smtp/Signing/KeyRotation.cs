using System.Collections.Concurrent;
using MailFunctions.Dns;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Smtp.Signing;

/// <summary>
/// Chooses between the newer and the older key of a domain: the newer one only once DNS shows its public key, since a
/// signature by a key that verifiers cannot find counts for nothing, and no longer once DNS says that its record is gone. No mail
/// waits for an answer.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class KeyRotation(DnsResolver dns, TimeProvider clock, ILogger<KeyRotation> logger)
{
    private static readonly TimeSpan BeforeSwitch = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterSwitch = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<(string Domain, string Selector), Sight> _sights = new();

    /// <param name="keys">One or two keys of one algorithm, the newer one first.</param>
    public DkimKey Choose(SigningDomain domain, IReadOnlyList<DkimKey> keys)
    {
        if (keys.Count == 1)
            return keys[0];
        var sight = _sights.GetOrAdd((domain.Name, keys[0].Selector), _ => new Sight());
        var isShown = sight.IsShown;
        if (sight.TryAsk(clock.GetTimestamp(), ticks => clock.GetElapsedTime(ticks) >= (isShown ? AfterSwitch : BeforeSwitch)))
            _ = AskAsync(sight, domain, keys[0], keys[1]);
        return isShown ? keys[0] : keys[1];
    }

    private async Task AskAsync(Sight sight, SigningDomain domain, DkimKey newer, DkimKey older)
    {
        var answer = await dns.TextsAsync(domain.RecordName(newer), new DnsBudget(1, Patience, clock), CancellationToken.None);
        if (answer.IsTemporary)
            return;
        // Of several records a verifier takes any one (RFC 6376 section 3.6.2.2).
        var isShown = answer.Records is [var record] && DkimKeyRecord.Parse(record).Shows(newer);
        if (isShown == sight.IsShown)
            return;
        if (isShown)
            logger.SelectorShown(domain.Name, newer.Selector, older.Selector);
        else
            logger.SelectorGone(domain.Name, newer.Selector, older.Selector);
        sight.IsShown = isShown;
    }

    /// <summary>The knowledge of a newer key: whether DNS shows it, and when it was asked last.</summary>
    private sealed class Sight
    {
        private readonly Lock _gate = new();
        private long? _askedAt;
        private volatile bool _isShown;

        public bool IsShown
        {
            get => _isShown;
            set => _isShown = value;
        }

        /// <summary>True for the one caller that is to ask.</summary>
        public bool TryAsk(long now, Func<long, bool> isDue)
        {
            lock (_gate)
            {
                if (_askedAt is { } before && !isDue(before))
                    return false;
                _askedAt = now;
                return true;
            }
        }
    }
}
