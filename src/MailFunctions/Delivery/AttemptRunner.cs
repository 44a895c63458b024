using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Telemetry;
using MimeKit;

namespace MailFunctions.Delivery;

/// <summary>Makes the attempt of one claimed mail over a session. It always ends in an event, whatever is thrown.</summary>
internal sealed class AttemptRunner(Simulator simulator, Pacing pacing, OutcomeRules outcomeRules, MailTraces traces, TimeProvider clock)
{
    /// <param name="hand">Null for a mail that no relay hears of.</param>
    /// <param name="faulted">Takes what failed in our own code.</param>
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
        // One at a time: a window of composed messages would outlive the youngest generation of the garbage collector.
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

    /// <summary>Nothing of the mail has happened: its attempt is given back. The event stands for it where that cannot be.</summary>
    /// <param name="retryAt">Null: by the usual waits.</param>
    private EmailEvent Unused(ClaimedMail mail, string why, DateTimeOffset? retryAt)
    {
        var now = clock.GetUtcNow();
        var wait = retryAt is { } at && at > now ? at - now : RetrySchedule.AfterWait(mail.Row.Waits);
        mail.Unused = new Unused(now + wait, why);
        return OutcomeRules.OfNoBeginning(mail.Row, why, wait, now);
    }

    /// <summary>Once more where a connection that was used before is to blame: lost, or at the end of what the relay takes over one.</summary>
    private async Task<TransactionResult> RelayAsync(ClaimedMail mail, MimeMessage message, RentedSession hand, LeaseKeeper leases)
    {
        // Before anything that a relay takes and that a loss of this worker would leave uncertain.
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

    /// <returns>What the relay said, and whether the connection had been used before.</returns>
    private async Task<(TransactionResult Result, bool WasUsed)> TransactAsync(ClaimedMail mail, MimeMessage message, RentedSession hand, LeaseKeeper leases)
    {
        var envelope = mail.Envelope;
        var session = await hand.SessionForAsync(mail.Row.Id, envelope, CancellationToken.None);
        var wasUsed = hand.IsReused;
        if (mail.Row.Claim!.Relay != hand.Relay.Name)
            await leases.MoveAsync(mail, hand.Relay.Name);
        // The last thing before MAIL, so that it is said soon after its slot.
        await pacing.AwaitAsync(mail, hand.Relay);
        // A connection, a login or a slot may have taken minutes.
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

/// <summary>The mail's time ran out between its claim and MAIL.</summary>
internal sealed class MailExpiredException : Exception;

/// <summary>Too little of a claim's lease is left to begin DATA with.</summary>
internal sealed class LeaseTooShortException : Exception;
