using MailFunctions.Queue;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Relays;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>Keeps mails within the rates of their relay: a mail with a slot soon waits for it, one without is deferred.</summary>
internal sealed class Pacing(RelayRates rates, Deferrals deferrals, TimeProvider clock, ILogger<Pacing> logger)
{
    /// <summary>The most tries to meet a slot. A machine or storage too slow for this many will not be faster at once.</summary>
    private const int MostTries = 4;

    /// <summary>Reserves slots for a group before its claim, and waits for the first of them.</summary>
    /// <returns>The mails that have a slot, and those to look at again.</returns>
    public async Task<(List<ClaimedMail> Paced, IReadOnlyList<NamedAttempt> Again)> ReserveAsync(
        List<ClaimedMail> mails, Relay relay, CancellationToken stopping)
    {
        if (relay.Limits.Count == 0)
            return (mails, []);

        var slots = await rates.ReserveAsync(relay.Name, relay.Limits, mails[0].Row.Lane, mails.ConvertAll(RecipientsOf), stopping);
        var paced = new List<ClaimedMail>(mails.Count);
        var deferred = new List<Deferral>();
        foreach (var (i, mail) in mails.Index())
        {
            mail.Slot = new PacedSlot(relay.Name, slots[i].At);
            if (slots[i].IsReserved)
                paced.Add(mail);
            else
                deferred.Add(new Deferral(mail.Row, slots[i].At, Sentence(relay, slots[i])));
        }

        if (deferred.Count > 0)
            logger.RateReached(relay.Name, deferred.Count, deferred[0].Due);
        var again = await deferrals.DeferAsync(deferred, stopping);
        if (paced.Count > 0)
            await DelayUntilAsync(paced[0].Slot!.Value.At, stopping);
        return (paced, again);
    }

    /// <summary>
    /// Waits for the slot of one claimed mail and uses it up: each MAIL that the relay receives needs its own slot. Another
    /// is reserved if there is none, if the mail goes to another relay than expected, or if it comes too late for its slot.
    /// MAIL must follow at once.
    /// </summary>
    /// <exception cref="NoSlotException">No slot is free soon.</exception>
    public async Task AwaitAsync(ClaimedMail mail, Relay relay)
    {
        if (relay.Limits.Count == 0)
            return;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var at = mail.Slot is { } slot && slot.Relay == relay.Name ? slot.At : await ReserveOneAsync(mail, relay);
            mail.Slot = null;
            await DelayUntilAsync(at, CancellationToken.None);
            if (IsTooLate(at))
                continue;
            await rates.BeginAsync(relay.Name, relay.Limits);
            if (!IsTooLate(at))
                return;
        }

        throw new NoSlotException(RetrySchedule.AfterWait(0), "This machine is too busy to keep to the relay's rate.");
    }

    private bool IsTooLate(DateTimeOffset slot) => clock.GetUtcNow() - slot > RateRules.LongestWay;

    private async Task<DateTimeOffset> ReserveOneAsync(ClaimedMail mail, Relay relay)
    {
        try
        {
            var slots = await rates.ReserveAsync(relay.Name, relay.Limits, mail.Row.Lane, [RecipientsOf(mail)], CancellationToken.None);
            return slots[0].IsReserved ? slots[0].At : throw new NoSlotException(slots[0].At - clock.GetUtcNow(), Sentence(relay, slots[0]));
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            throw new NoSlotException(RetrySchedule.AfterWait(0), "Storage failed while the relay's rate was asked for.");
        }
    }

    private async Task DelayUntilAsync(DateTimeOffset at, CancellationToken stopping)
    {
        if (at - clock.GetUtcNow() is { Ticks: > 0 } wait)
            await Task.Delay(wait, clock, stopping);
    }

    private static int RecipientsOf(ClaimedMail mail) => mail.Addressees.Envelope.Recipients.Count;

    private static string Sentence(Relay relay, RateSlot slot) =>
        FormattableString.Invariant($"Relay {relay.Name} has had what its limit {slot.Full?.Name} of {slot.Full?.Count} allows; there should be room at {slot.At:u}.");
}

/// <summary>A slot at which one mail may begin at a relay.</summary>
internal readonly record struct PacedSlot(string Relay, DateTimeOffset At);

/// <summary>The relay's rate has no free slot soon.</summary>
internal sealed class NoSlotException(TimeSpan wait, string message) : Exception(message)
{
    public TimeSpan Wait { get; } = wait;
}
