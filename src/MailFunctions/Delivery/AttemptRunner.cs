using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Smtp.Signing;
using MailFunctions.Telemetry;

namespace MailFunctions.Delivery;

/// <summary>Makes the attempt of one claimed mail over a session. An attempt always ends in an event, even if it throws.</summary>
internal sealed class AttemptRunner(
    MessageSigner signer, Simulator simulator, PauseGate pauses, Pacing pacing, Claims claims, OutcomeRules outcomeRules, MailTraces traces, TimeProvider clock)
{
    /// <param name="session">Null for a mail that needs no relay (test addresses, or withheld by the sandbox).</param>
    /// <param name="faulted">Collects failures of our own code.</param>
    public async Task<AttemptOutcome> RunAsync(
        ClaimedMail mail, RentedSession? session, LeaseKeeper leases, GroupTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        using var span = traces.Attempt(mail.Row, mail.Addressees.Envelope.Recipients.Count);
        var outcome = await JudgeAsync(mail, session, leases, terms, faulted);
        MailTraces.RecordOutcome(span, outcome.Event);
        return outcome;
    }

    private async Task<AttemptOutcome> JudgeAsync(
        ClaimedMail mail, RentedSession? session, LeaseKeeper leases, GroupTerms terms, ConcurrentQueue<(EmailId Id, string Text)> faulted)
    {
        try
        {
            return terms.MayStart() && mail.Row.ExpiresAt > clock.GetUtcNow()
                ? await SendAsync(mail, session, leases)
                : OutcomeOf(mail, new Obstacle.NoTime());
        }
        catch (Exception exception)
        {
            faulted.Enqueue((mail.Row.Id, $"Sending failed: {exception.Message}"));
            var why = $"Our own processing failed: {exception.Message}";
            return new(mail.Progress == AttemptProgress.DataMayHaveBegun
                ? outcomeRules.OfLoss(mail.Row, why, clock.GetUtcNow())
                : OutcomeRules.OfNoBeginning(mail.Row, why, WaitReason.ProcessingFailed, RetrySchedule.AfterFault(mail.Row.Faults + 1), clock.GetUtcNow()));
        }
    }

    private async Task<AttemptOutcome> SendAsync(ClaimedMail mail, RentedSession? session, LeaseKeeper leases)
    {
        // Composed one at a time: a group of composed messages would outlive the youngest generation of the garbage collector.
        using var message = signer.Prepare(
            MessageComposer.Compose(mail.Row.Id, mail.Content, mail.Row.SendableAt), mail.Content.From.Domain, mail.Row.AcceptedAt);
        if (session is null && await pauses.FindAsync(mail.Row) is { } paused)
            return OutcomeOf(mail, paused);
        if (session is null)
            return new(outcomeRules.OfTransaction(mail.Row, await simulator.TransactAsync(mail.Addressees, message.Message, mail.Row.Attempt), clock.GetUtcNow()));

        var sent = await RelayAsync(mail, message, session, leases);
        if (!sent.Succeeded)
            return OutcomeOf(mail, sent.Obstacle);
        var result = mail.Addressees.Together(sent.Value, mail.Row.Attempt);
        return result.Ours is { } cause && result.Recipients.All(recipient => recipient.Status == RecipientStatus.Deferred)
            ? Unused(mail, WaitReason.RelayRefusal, $"Relay {session.Relay.Name} refused us, not the mail. {result.Recipients[0].Reply.ToSentence()} {cause.Sentence()}", session.RetryAt)
            : new(outcomeRules.OfTransaction(mail.Row, result, clock.GetUtcNow()));
    }

    private AttemptOutcome OutcomeOf(ClaimedMail mail, Obstacle obstacle)
    {
        if (obstacle is Obstacle.Unreachable unreachable)
            return Unused(mail, unreachable.Reason, unreachable.Why, unreachable.RetryAt);
        if (obstacle is Obstacle.Paused paused)
            return Unused(mail, paused.Reason, paused.Why, paused.Due);
        var wait = obstacle switch
        {
            Obstacle.NoSlot full => full.Wait,
            Obstacle.NoLease => RetrySchedule.AfterWait(0),
            _ => TimeSpan.Zero,
        };
        return new(OutcomeRules.OfNoBeginning(mail.Row, obstacle.Why, obstacle.Reason, wait, clock.GetUtcNow()));
    }

    /// <summary>The outcome of an attempt that need not count. Its event is recorded only if giving back the claim fails.</summary>
    /// <param name="retryAt">Null: the usual waits apply.</param>
    private AttemptOutcome Unused(ClaimedMail mail, WaitReason reason, string why, DateTimeOffset? retryAt)
    {
        var now = clock.GetUtcNow();
        var wait = retryAt is { } at && at > now ? at - now : RetrySchedule.AfterWait(mail.Row.Waits);
        return new(OutcomeRules.OfNoBeginning(mail.Row, why, reason, wait, now), new Unused(now + wait, reason, why));
    }

    /// <summary>Sends the mail; tries again if a reused connection is to blame: lost, or at the relay's limit per connection.</summary>
    private async Task<OrObstacle<TransactionResult>> RelayAsync(ClaimedMail mail, OutgoingMessage message, RentedSession session, LeaseKeeper leases)
    {
        // The pause comes before anything that a relay accepts and that the loss of this worker would leave uncertain.
        await simulator.PauseAsync(mail.Addressees);
        var (sent, wasUsed) = await TransactAsync(mail, message, session, leases);
        if (wasUsed && sent.Value is { IsLostBeforeData: true } lost)
        {
            session.Record(lost, mail.Row.Id);
            (sent, _) = await TransactAsync(mail, message, session, leases);
        }
        else if (wasUsed && sent.Value is { } refused && SessionLimit.MayBe(refused))
        {
            session.Renew();
            (sent, _) = await TransactAsync(mail, message, session, leases);
        }

        return sent.Succeeded ? session.Record(sent.Value, mail.Row.Id, isAlone: !mail.HasCompany && mail.Row.Waits == 0) : sent;
    }

    /// <returns>The relay's result, and whether the connection had been used before.</returns>
    private async Task<(OrObstacle<TransactionResult> Result, bool WasUsed)> TransactAsync(ClaimedMail mail, OutgoingMessage message, RentedSession session, LeaseKeeper leases)
    {
        var opened = await session.SessionForAsync(mail.Row.Id, mail.Envelope, CancellationToken.None);
        if (!opened.Succeeded)
            return (opened.Obstacle, false);
        var wasUsed = session.IsReused;
        if (mail.Row.Claim!.Relay != session.Relay.Name)
            await leases.MoveAsync(mail, session.Relay.Name);
        // Signs after the relay is known, whose format and header fields the signature has to fit, and before the slot: a large
        // file takes its time.
        try
        {
            await message.SignAsync(opened.Value.FormatOf(mail.Envelope), session.Relay.SignedFields, CancellationToken.None);
        }
        catch (UnreadableFileException unreadable)
        {
            return (TransactionResult.Unsent(mail.Envelope, ReplyRules.Tidy(unreadable.Message)), wasUsed);
        }

        // Waits last before MAIL, so that MAIL follows its slot closely.
        if (await AwaitTurnAsync(mail, session.Relay) is { } obstacle)
            return (obstacle, wasUsed);
        // Opening a connection, logging in or waiting for a slot may have taken minutes.
        if (mail.Row.ExpiresAt <= clock.GetUtcNow())
            return (new Obstacle.Expired(), wasUsed);
        try
        {
            return (await opened.Value.SendAsync(mail.Envelope, message.Message, () => BeginData(mail), CancellationToken.None), wasUsed);
        }
        catch (LeaseTooShortException)
        {
            return (new Obstacle.NoLease(), wasUsed);
        }
    }

    /// <summary>Waits for the mail's slot. If the pauses have to be read again then, the mail is late for that slot, and takes another.</summary>
    /// <returns>Null once MAIL may follow.</returns>
    private async Task<Obstacle?> AwaitTurnAsync(ClaimedMail mail, Relay relay)
    {
        for (var tries = 0; ; tries++)
        {
            if (await pacing.AwaitAsync(mail, relay) is { } full)
                return full;
            var looking = pauses.FindAsync(mail.Row);
            // Once only: where slots are as far apart as the reads, each would find the other out of date.
            var isLate = !looking.IsCompleted && relay.Limits.Count > 0 && tries == 0;
            if (await looking is { } paused)
                return paused;
            if (!isLate)
                return null;
        }
    }

    private void BeginData(ClaimedMail mail)
    {
        if (!claims.MayBegin(mail))
            throw new LeaseTooShortException();
        mail.BeginData();
    }

    /// <summary>Leaves the SMTP client's callback before DATA; nothing else ends a transaction there.</summary>
    private sealed class LeaseTooShortException : Exception;
}

/// <summary>The outcome of an attempt.</summary>
/// <param name="Event">The event that commits it.</param>
/// <param name="Unused">
/// Set if the attempt came to nothing for a reason other than the mail, and need not count: the claim is given back instead.
/// </param>
internal sealed record AttemptOutcome(EmailEvent Event, Unused? Unused = null);
