using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Telemetry;
using MimeKit;

namespace MailFunctions.Delivery;

/// <summary>Makes the attempt of one claimed mail over a session. An attempt always ends in an event, even if it throws.</summary>
internal sealed class AttemptRunner(Simulator simulator, Pacing pacing, OutcomeRules outcomeRules, MailTraces traces, TimeProvider clock)
{
    /// <param name="hand">The session; null for a mail that needs no relay (test addresses, or withheld by the sandbox).</param>
    /// <param name="faulted">Collects failures of our own code.</param>
    public async Task<EmailEvent> RunAsync(
        ClaimedMail mail, RentedSession? hand, LeaseKeeper leases, GroupTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        using var span = traces.Attempt(mail.Row, mail.Addressees.Envelope.Recipients.Count);
        var e = await JudgeAsync(mail, hand, leases, terms, faulted);
        MailTraces.RecordOutcome(span, e);
        return e;
    }

    private async Task<EmailEvent> JudgeAsync(
        ClaimedMail mail, RentedSession? hand, LeaseKeeper leases, GroupTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        try
        {
            if (terms.MayStart() && mail.Row.ExpiresAt > clock.GetUtcNow())
                return await SendAsync(mail, hand, leases);
            return OutcomeRules.OfNoBeginning(mail.Row, "The worker had no time left to begin the attempt.", TimeSpan.Zero, clock.GetUtcNow());
        }
        catch (Exception exception)
        {
            faulted.Enqueue((mail.Row.Id, $"Sending failed: {exception.Message}"));
            var why = $"Our own processing failed: {exception.Message}";
            return mail.DataMayHaveBegun
                ? outcomeRules.OfLoss(mail.Row, why, clock.GetUtcNow())
                : OutcomeRules.OfNoBeginning(mail.Row, why, RetrySchedule.AfterFault(mail.Row.Faults + 1), clock.GetUtcNow());
        }
    }

    private async Task<EmailEvent> SendAsync(ClaimedMail mail, RentedSession? hand, LeaseKeeper leases)
    {
        // Composed one at a time: a group of composed messages would outlive the youngest generation of the garbage collector.
        using var message = MessageComposer.Compose(mail.Row.Id, mail.Content, mail.Row.SendableAt);
        try
        {
            if (hand is null)
                return outcomeRules.OfTransaction(mail.Row, await simulator.TransactAsync(mail.Addressees, message, mail.Row.Attempt), clock.GetUtcNow());
            var result = mail.Addressees.Together(await RelayAsync(mail, message, hand, leases), mail.Row.Attempt);
            return result.Ours is { } cause && result.Recipients.All(recipient => recipient.Status == RecipientStatus.Deferred)
                ? Unused(mail, $"Relay {hand.Relay.Name} refused us, not the mail. {result.Recipients[0].Reply.ToSentence()} {cause.Sentence()}", hand.RetryAt)
                : outcomeRules.OfTransaction(mail.Row, result, clock.GetUtcNow());
        }
        catch (RelayUnreachableException unreachable)
        {
            return Unused(mail, unreachable.Reason, unreachable.RetryAt);
        }
        catch (MailExpiredException)
        {
            return OutcomeRules.OfNoBeginning(mail.Row, "Its time was over before the relay was ready for it.", TimeSpan.Zero, clock.GetUtcNow());
        }
        catch (NoSlotException full)
        {
            return OutcomeRules.OfNoBeginning(mail.Row, full.Message, full.Wait, clock.GetUtcNow());
        }
        catch (LeaseTooShortException)
        {
            return OutcomeRules.OfNoBeginning(mail.Row, "The lease could not be renewed in time.", RetrySchedule.AfterWait(0), clock.GetUtcNow());
        }
    }

    /// <summary>Marks the attempt as unused, so that it is given back. The event is recorded only if giving it back fails.</summary>
    /// <param name="retryAt">Null: the usual waits apply.</param>
    private EmailEvent Unused(ClaimedMail mail, string why, DateTimeOffset? retryAt)
    {
        var now = clock.GetUtcNow();
        var wait = retryAt is { } at && at > now ? at - now : RetrySchedule.AfterWait(mail.Row.Waits);
        mail.Unused = new Unused(now + wait, why);
        return OutcomeRules.OfNoBeginning(mail.Row, why, wait, now);
    }

    /// <summary>Sends the mail; tries again if a reused connection is to blame: lost, or at the relay's limit per connection.</summary>
    private async Task<TransactionResult> RelayAsync(ClaimedMail mail, MimeMessage message, RentedSession hand, LeaseKeeper leases)
    {
        // The pause comes before anything that a relay accepts and that the loss of this worker would leave uncertain.
        await simulator.PauseAsync(mail.Addressees);
        var (result, wasUsed) = await TransactAsync(mail, message, hand, leases);
        if (wasUsed && result.IsLostBeforeData)
        {
            hand.Record(result, mail.Row.Id);
            (result, _) = await TransactAsync(mail, message, hand, leases);
        }
        else if (wasUsed && SessionLimit.MayBe(result))
        {
            hand.Renew();
            (result, _) = await TransactAsync(mail, message, hand, leases);
        }

        return hand.Record(result, mail.Row.Id, isAlone: !mail.HasCompany && mail.Row.Waits == 0);
    }

    /// <returns>The relay's result, and whether the connection had been used before.</returns>
    private async Task<(TransactionResult Result, bool WasUsed)> TransactAsync(ClaimedMail mail, MimeMessage message, RentedSession hand, LeaseKeeper leases)
    {
        var envelope = mail.Envelope;
        var session = await hand.SessionForAsync(mail.Row.Id, envelope, CancellationToken.None);
        var wasUsed = hand.IsReused;
        if (mail.Row.Claim!.Relay != hand.Relay.Name)
            await leases.MoveAsync(mail, hand.Relay.Name);
        // Waits last before MAIL, so that MAIL follows its slot closely.
        await pacing.AwaitAsync(mail, hand.Relay);
        // Opening a connection, logging in or waiting for a slot may have taken minutes.
        if (mail.Row.ExpiresAt <= clock.GetUtcNow())
            throw new MailExpiredException();
        return (await session.SendAsync(envelope, message, () => RequireLease(mail, leases), CancellationToken.None), wasUsed);
    }

    private static void RequireLease(ClaimedMail mail, LeaseKeeper leases)
    {
        if (!leases.MayBegin(mail))
            throw new LeaseTooShortException();
        mail.DataMayHaveBegun = true;
    }
}

/// <summary>The mail expired between its claim and MAIL.</summary>
internal sealed class MailExpiredException : Exception;

/// <summary>Too little of the claim's lease is left to begin DATA.</summary>
internal sealed class LeaseTooShortException : Exception;
