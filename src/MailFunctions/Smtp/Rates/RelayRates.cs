using System.Collections.Concurrent;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Rates;

/// <summary>The rates of all relays, over all instances.</summary>
internal sealed class RelayRates(RateTable table, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, RateGate> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Relay, string Limit), BeginGate> _begins = new();

    /// <summary>Returns a slot for each mail, in one write: a near one is reserved, a later one is only named.</summary>
    /// <param name="limits">The relay's limits; without any, everything may begin at once.</param>
    /// <param name="recipients">The recipients of each mail, in the order of sending.</param>
    public async Task<IReadOnlyList<RateSlot>> ReserveAsync(
        string relay, IReadOnlyList<RateLimit> limits, Lane lane, IReadOnlyList<int> recipients, CancellationToken cancellationToken)
    {
        if (limits.Count == 0)
            return [.. Enumerable.Repeat(new RateSlot(clock.GetUtcNow(), null), recipients.Count)];

        var gate = _gates.GetOrAdd(relay, (name, made) => new RateGate(name, made.limits, made.table, made.clock), (limits, table, clock));
        return await gate.ReserveAsync(lane, recipients, cancellationToken);
    }

    /// <summary>Waits until a mail that has its slot may begin in this process, for limits of short windows.</summary>
    public async Task BeginAsync(string relay, IReadOnlyList<RateLimit> limits)
    {
        foreach (var limit in limits.Where(limit => limit.IsShort))
            await _begins.GetOrAdd((relay, limit.Name), (_, made) => new BeginGate(made.limit.Count, made.limit.Window + made.limit.Margin, made.clock), (limit, clock)).PassAsync();
    }

    /// <summary>Returns the slot that a mail would get now. Reserves nothing.</summary>
    public async Task<RateSlot> LookAsync(string relay, IReadOnlyList<RateLimit> limits, Lane lane, int recipients, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (limits.Count == 0)
            return new RateSlot(now, null);

        var rows = await table.ReadAsync(relay, limits, now.UtcTicks, cancellationToken);
        return RateRules.Next(limits, rows.States, lane, recipients, now);
    }

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
            gate.Dispose();
    }
}
