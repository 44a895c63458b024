using MailFunctions.Mail;
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

    /// <summary>Reserves slots for a group before its claim, and waits for the first of them; mails without a slot are deferred.</summary>
    /// <returns>The mails that have a slot, and those to look at again: all of them if the host stops meanwhile.</returns>
    public async Task<(List<ClaimedMail> Paced, IReadOnlyList<NamedAttempt> Again)> ReserveAsync(
        List<ClaimedMail> mails, Relay relay, CancellationToken stopping)
    {
        if (relay.Limits.Count == 0)
            return (mails, []);
        try
        {
            return await ReserveOrDeferAsync(mails, relay, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ([], [.. mails.Select(mail => NamedAttempt.NextOf(mail.Row))]);
        }
    }

    /// <summary>
    /// Waits for the slot of one claimed mail and uses it up: each MAIL that the relay receives needs its own slot. Another
    /// is reserved if there is none, if the mail goes to another relay than expected, or if it comes too late for its slot.
    /// MAIL must follow at once.
    /// </summary>
    /// <returns>Null once MAIL may follow; otherwise no slot is free soon.</returns>
    public async Task<Obstacle.NoSlot?> AwaitAsync(ClaimedMail mail, Relay relay)
    {
        if (relay.Limits.Count == 0)
            return null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (slot, full) = mail.UseSlot(relay.Name) is { } reserved ? (reserved, null) : await ReserveOneAsync(mail, relay);
            if (full is not null)
                return full;
            await DelayUntilAsync(slot, CancellationToken.None);
            if (IsTooLate(slot))
                continue;
            await rates.BeginAsync(relay.Name, relay.Limits);
            if (!IsTooLate(slot))
                return null;
        }

        return new Obstacle.NoSlot(RetrySchedule.AfterWait(0), WaitReason.RateLimit, "This machine is too busy to keep to the relay's rate.");
    }

    private async Task<(List<ClaimedMail> Paced, IReadOnlyList<NamedAttempt> Again)> ReserveOrDeferAsync(
        List<ClaimedMail> mails, Relay relay, CancellationToken stopping)
    {
        var slots = await rates.ReserveAsync(relay.Name, relay.Limits, mails[0].Row.Lane, mails.ConvertAll(RecipientsOf), stopping);
        var paced = new List<ClaimedMail>(mails.Count);
        var deferred = new List<Deferral>();
        DateTimeOffset? first = null;
        foreach (var (i, mail) in mails.Index())
        {
            if (slots[i].IsReserved)
            {
                mail.Reserve(new PacedSlot(relay.Name, slots[i].At));
                first ??= slots[i].At;
                paced.Add(mail);
            }
            else
            {
                deferred.Add(new Deferral(mail.Row, slots[i].At, WaitReason.RateLimit, Sentence(relay, slots[i])));
            }
        }

        if (deferred.Count > 0)
            logger.RateReached(relay.Name, deferred.Count, deferred[0].Due);
        var again = await deferrals.DeferAsync(deferred, stopping);
        if (first is { } at)
            await DelayUntilAsync(at, stopping);
        return (paced, again);
    }

    private bool IsTooLate(DateTimeOffset slot) => clock.GetUtcNow() - slot > RateRules.LongestWay;

    private async Task<(DateTimeOffset Slot, Obstacle.NoSlot? Full)> ReserveOneAsync(ClaimedMail mail, Relay relay)
    {
        try
        {
            var slots = await rates.ReserveAsync(relay.Name, relay.Limits, mail.Row.Lane, [RecipientsOf(mail)], CancellationToken.None);
            return (slots[0].At, slots[0].IsReserved ? null : new Obstacle.NoSlot(slots[0].At - clock.GetUtcNow(), WaitReason.RateLimit, Sentence(relay, slots[0])));
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            return (default, new Obstacle.NoSlot(RetrySchedule.AfterWait(0), WaitReason.StorageFailed, "Storage failed while the relay's rate was asked for."));
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
