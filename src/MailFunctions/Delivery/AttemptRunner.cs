using System.Collections.Concurrent;
using MailFunctions.Composition;
using MailFunctions.Ledger;
using MailFunctions.Sandbox;
using MailFunctions.Smtp;
using MailFunctions.Telemetry;
using MimeKit;

namespace MailFunctions.Delivery;

/// <summary>Makes the attempt of one claimed mail over a session. It always ends in an event, whatever is thrown.</summary>
internal sealed class AttemptRunner(Simulator simulator, Pacing pacing, Judgement judgement, MailTraces traces, TimeProvider clock)
{
    /// <param name="hand">Null for a mail that no relay hears of.</param>
    /// <param name="faulted">Takes what failed in our own code.</param>
    public async Task<EmailEvent> RunAsync(
        ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        using var span = traces.Attempt(mail.Row, mail.Addressees.Envelope.Recipients.Count);
        var e = await JudgeAsync(mail, hand, leases, terms, faulted);
        MailTraces.Told(span, e);
        return e;
    }

    private async Task<EmailEvent> JudgeAsync(
        ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        try
        {
            if (terms.MayStart() && mail.Row.ExpiresAt > clock.GetUtcNow())
                return await SendAsync(mail, hand, leases);
            return Judgement.OfNoBeginning(mail.Row, "The worker had no time left to begin the attempt.", TimeSpan.Zero, clock.GetUtcNow());
        }
        catch (Exception exception)
        {
            faulted.Enqueue((mail.Row.Id, $"Sending failed: {exception.Message}"));
            var why = $"Our own processing failed: {exception.Message}";
            return mail.DataMayHaveBegun
                ? judgement.OfLoss(mail.Row, why, clock.GetUtcNow())
                : Judgement.OfNoBeginning(mail.Row, why, RetrySchedule.AfterFault(mail.Row.Faults + 1), clock.GetUtcNow());
        }
    }

    private async Task<EmailEvent> SendAsync(ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases)
    {
        // One at a time: a window of composed messages would outlive the youngest generation of the garbage collector.
        using var message = MessageComposer.Compose(mail.Row.Id, mail.Content, mail.Row.SendableAt);
        try
        {
            var result = hand is null
                ? await simulator.TransactAsync(mail.Addressees, message, mail.Row.Attempt)
                : mail.Addressees.Together(await RelayAsync(mail, message, hand, leases), mail.Row.Attempt);
            return judgement.OfTransaction(mail.Row, result, clock.GetUtcNow());
        }
        catch (RelayUnreachableException unreachable)
        {
            var now = clock.GetUtcNow();
            var wait = unreachable.RetryAt is { } at && at > now ? at - now : RetrySchedule.AfterWait(mail.Row.Attempt - 1);
            return Judgement.OfNoBeginning(mail.Row, unreachable.Reason, wait, now);
        }
        catch (NoSlotException full)
        {
            return Judgement.OfNoBeginning(mail.Row, full.Message, full.Wait, clock.GetUtcNow());
        }
        catch (LeaseTooShortException)
        {
            return Judgement.OfNoBeginning(mail.Row, "The lease could not be renewed in time.", RetrySchedule.AfterWait(0), clock.GetUtcNow());
        }
    }

    private async Task<TransactionResult> RelayAsync(ClaimedMail mail, MimeMessage message, SessionInHand hand, LeaseKeeper leases)
    {
        // Before anything that a relay takes and that a loss of this worker would leave uncertain.
        await simulator.PauseAsync(mail.Addressees);
        var mayBeStale = hand.IsReused;
        var result = await TransactAsync(mail, message, hand, leases);
        return result.IsLostBeforeData && mayBeStale ? await TransactAsync(mail, message, hand, leases) : result;
    }

    private async Task<TransactionResult> TransactAsync(ClaimedMail mail, MimeMessage message, SessionInHand hand, LeaseKeeper leases)
    {
        var envelope = mail.Envelope;
        var session = await hand.SessionForAsync(mail.Row.Id, envelope, CancellationToken.None);
        await pacing.AwaitAsync(mail, hand.Relay);
        if (mail.Row.Claim!.Relay != hand.Relay.Name)
            await leases.MoveAsync(mail, hand.Relay.Name);
        var result = await session.SendAsync(envelope, message, () => RequireLease(mail, leases), CancellationToken.None);
        hand.Saw(result, mail.Row.Id);
        return result;
    }

    private static void RequireLease(ClaimedMail mail, LeaseKeeper leases)
    {
        if (!leases.MayBegin(mail))
            throw new LeaseTooShortException();
        mail.DataMayHaveBegun = true;
    }
}

/// <summary>Too little of a claim's lease is left to begin DATA with.</summary>
internal sealed class LeaseTooShortException : Exception;
