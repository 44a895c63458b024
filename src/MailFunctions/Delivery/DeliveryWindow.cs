using MailFunctions.Composition;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Sandbox;
using MailFunctions.Smtp;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>Runs the attempts of up to 25 mails that are ready: claim, send one after the other, record.</summary>
internal sealed class DeliveryWindow(
    EmailLedger ledger,
    Suppressor suppressor,
    ContentStore contents,
    SandboxRules sandbox,
    Simulator simulator,
    RelayRouter router,
    Pacing pacing,
    Waiting waiting,
    OutcomeRecorder recorder,
    Judgement judgement,
    Faults faults,
    MailTraces traces,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<DeliveryWindow> logger)
{
    /// <summary>Claimed together: what a killed worker leaves uncertain at the most.</summary>
    public const int MaxMails = 25;

    /// <summary>Mails with large content, which is held in memory or takes its time to flow, run one a window, and this many of a lane at the same time.</summary>
    private const int MaxLargeMails = 4;

    /// <summary>By lane, so that large mail of one never stands before the other.</summary>
    private static readonly Dictionary<Lane, SemaphoreSlim> LargeMails = Enum.GetValues<Lane>().ToDictionary(lane => lane, _ => new SemaphoreSlim(MaxLargeMails));

    /// <summary>Cuts rows that are ready into windows: of one partition and one route, up to 25, and a large mail by itself.</summary>
    public IEnumerable<LedgerRow[]> Cut(IEnumerable<LedgerRow> ready) =>
        ready.GroupBy(row => (row.Id.PartitionKey, Route: RouteOf(row), Large: IsLarge(row)))
            .SelectMany(group => group.Chunk(group.Key.Large ? 1 : MaxMails));

    /// <summary>
    /// Until the claim nothing has happened: suppressed recipients are left out, a mail that cannot be composed is a fault of
    /// its own, and an unreachable relay makes all wait without using an attempt.
    /// </summary>
    /// <param name="rows">A window that <see cref="Cut"/> made.</param>
    /// <returns>The mails to look at again: not begun, or written by somebody else.</returns>
    public async Task<IReadOnlyList<NamedAttempt>> RunAsync(IReadOnlyList<LedgerRow> rows, WindowTerms terms)
    {
        if (!IsLarge(rows[0]))
            return await RunLoadedAsync(rows, terms);

        var places = LargeMails[rows[0].Lane];
        await places.WaitAsync(terms.Stopping);
        try
        {
            return terms.MayStart() ? await RunLoadedAsync(rows, terms) : Next(rows);
        }
        finally
        {
            places.Release();
        }
    }

    private static bool IsLarge(LedgerRow row) => row.Content is { BlobName: not null } or { ReferredBytes: > ContentStore.MaxInline };

    private async Task<IReadOnlyList<NamedAttempt>> RunLoadedAsync(IReadOnlyList<LedgerRow> rows, WindowTerms terms)
    {
        var (allowed, ended) = await suppressor.ApplyAsync(rows, terms.Stopping);
        var loaded = await LoadAsync(allowed, terms);
        var again = new List<NamedAttempt>(ended);
        try
        {
            // Mail for a relay first: what is simulated may take its time.
            foreach (var part in loaded.GroupBy(mail => mail.Addressees.NeedRelay).OrderByDescending(part => part.Key))
                again.AddRange(terms.MayStart() ? await RunComposedAsync([.. part], part.Key, terms) : Next(part));
            return again;
        }
        finally
        {
            loaded.ForEach(mail => mail.Message.Dispose());
        }
    }

    private Task<IReadOnlyList<NamedAttempt>> RunComposedAsync(List<ClaimedMail> mails, bool needRelay, WindowTerms terms) =>
        needRelay ? RunRelayedAsync(mails, terms) : RunClaimedAsync(mails, null, Addressees.RelayName, terms);

    private async Task<IReadOnlyList<NamedAttempt>> RunRelayedAsync(List<ClaimedMail> mails, WindowTerms terms)
    {
        var stopping = terms.Stopping;
        var route = terms.IsPrompt ? router.PromptRouteOf(mails[0].Row) : RouteOf(mails[0].Row);
        if (terms.IsPrompt && route.Lines.Count == 0)
            return Next(mails);

        await using var hand = new SessionInHand(router, route);
        IReadOnlyList<NamedAttempt> again;
        try
        {
            await hand.SessionForAsync(mails[0].Row.Id, mails[0].Addressees.Envelope, stopping);
            (mails, again) = await pacing.ReserveAsync(mails, hand.Relay, stopping);
        }
        catch (RelayUnreachableException unreachable) when (unreachable.IsBusy && terms.IsPrompt)
        {
            return Next(mails);
        }
        catch (RelayUnreachableException unreachable)
        {
            return await WaitAsync(mails, unreachable, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Next(mails);
        }

        return mails.Count == 0 ? again : [.. again, .. await RunClaimedAsync(mails, hand, hand.Relay.Name, terms)];
    }

    /// <param name="hand">Null for mails that no relay hears of.</param>
    private async Task<IReadOnlyList<NamedAttempt>> RunClaimedAsync(List<ClaimedMail> mails, SessionInHand? hand, string relay, WindowTerms terms)
    {
        var claimed = await ClaimAsync(mails, relay, terms.Stopping);
        await using var leases = new LeaseKeeper(claimed, ledger, options.Value.Lease, clock, logger);
        await SendAllAsync(claimed, hand, leases, terms);
        return Next(mails.Except(claimed));
    }

    private RelayRoute RouteOf(LedgerRow row) => router.RouteOf(row.Lane, row.SenderDomain, row.Tags);

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<ClaimedMail> mails) => Next(mails.Select(mail => mail.Row));

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<LedgerRow> rows) => [.. rows.Select(NamedAttempt.NextOf)];

    private async Task<List<ClaimedMail>> LoadAsync(IReadOnlyList<LedgerRow> rows, WindowTerms terms)
    {
        var loaded = new List<ClaimedMail>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                var content = await contents.LoadAsync(row.Content ?? throw new InvalidDataException("The row has no content."), terms.Stopping);
                loaded.Add(new ClaimedMail(row, MessageComposer.Compose(row.Id, content, row.SendableAt), sandbox.AddresseesOf(row)));
            }
            catch (Exception exception) when (!StorageFault.Is(exception) && !terms.Stopping.IsCancellationRequested)
            {
                await faults.CountAsync(row.Id, terms.Source, $"Composition failed: {exception.Message}", terms.Stopping);
            }
        }

        return loaded;
    }

    /// <summary>Gives each mail's next attempt to this worker: one conditional write a mail, one transaction in all.</summary>
    /// <returns>Those that were won.</returns>
    private async Task<List<ClaimedMail>> ClaimAsync(List<ClaimedMail> mails, string relay, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var worker = WriteToken.New();
        var claims = mails.ConvertAll(mail =>
        {
            var row = mail.Row;
            var attempt = row.Attempt + 1;
            var key = EventKey.OfAttempt(row.Id, attempt, now);
            return row with
            {
                State = Transitions.Require(row.State, EmailState.Sending),
                Attempt = attempt,
                EventMinutes = [.. row.EventMinutes, key.PartitionKey],
                Claim = new Claim(worker, now + options.Value.Lease, key, relay),
                DueAt = null,
            };
        });
        var written = await TryClaimAsync(claims, cancellationToken);
        var won = new List<ClaimedMail>(mails.Count);
        for (var i = 0; i < mails.Count; i++)
        {
            if (written[i] is not { } row)
                continue;
            mails[i].Row = row;
            won.Add(mails[i]);
        }

        return won;
    }

    /// <summary>
    /// When storage fails in the middle, some of the claims may stand. Their attempts have not begun, and that is told as
    /// soon as storage is back: their lease running out would make them uncertain.
    /// </summary>
    private async Task<LedgerRow?[]> TryClaimAsync(List<LedgerRow> claims, CancellationToken cancellationToken)
    {
        try
        {
            return await ledger.TryUpdateManyAsync(claims, cancellationToken);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            await recorder.GiveBackAsync(claims);
            throw;
        }
    }

    /// <summary>From here every mail ends in an outcome that is recorded, whatever is thrown.</summary>
    private async Task SendAllAsync(List<ClaimedMail> mails, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms)
    {
        var outcomes = new PendingOutcomes(recorder, leases, clock, logger);
        var faulted = new List<(EmailId Id, string Text)>();
        foreach (var mail in mails)
            await outcomes.AddAsync(mail, AttemptAsync(mail, hand, leases, terms, faulted));

        await outcomes.RecordAsync();
        foreach (var (id, text) in faulted)
            await faults.CountAsync(id, terms.Source, text, CancellationToken.None);
    }

    private async Task<EmailEvent> AttemptAsync(ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms, List<(EmailId Id, string Text)> faulted)
    {
        using var span = traces.Attempt(mail.Row, mail.Addressees.Envelope.Recipients.Count);
        var e = await JudgeAsync(mail, hand, leases, terms, faulted);
        MailTraces.Told(span, e);
        return e;
    }

    private async Task<EmailEvent> JudgeAsync(ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms, List<(EmailId Id, string Text)> faulted)
    {
        try
        {
            if (terms.MayStart() && mail.Row.ExpiresAt > clock.GetUtcNow())
                return await SendAsync(mail, hand, leases);
            return Judgement.OfNoBeginning(mail.Row, "The worker had no time left to begin the attempt.", TimeSpan.Zero, clock.GetUtcNow());
        }
        catch (Exception exception)
        {
            faulted.Add((mail.Row.Id, $"Sending failed: {exception.Message}"));
            var why = $"Our own processing failed: {exception.Message}";
            return mail.DataMayHaveBegun
                ? judgement.OfLoss(mail.Row, why, clock.GetUtcNow())
                : Judgement.OfNoBeginning(mail.Row, why, RetrySchedule.AfterWait(0), clock.GetUtcNow());
        }
    }

    private async Task<EmailEvent> SendAsync(ClaimedMail mail, SessionInHand? hand, LeaseKeeper leases)
    {
        try
        {
            var result = hand is null
                ? await simulator.TransactAsync(mail.Addressees, mail.Message, mail.Row.Attempt)
                : mail.Addressees.Together(await RelayAsync(mail, hand, leases), mail.Row.Attempt);
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

    private async Task<TransactionResult> RelayAsync(ClaimedMail mail, SessionInHand hand, LeaseKeeper leases)
    {
        // Before anything that a relay takes and that a loss of this worker would leave uncertain.
        await simulator.PauseAsync(mail.Addressees);
        var mayBeStale = hand.IsReused;
        var result = await TransactAsync(mail, hand, leases);
        return result.IsLostBeforeData && mayBeStale ? await TransactAsync(mail, hand, leases) : result;
    }

    private async Task<TransactionResult> TransactAsync(ClaimedMail mail, SessionInHand hand, LeaseKeeper leases)
    {
        var envelope = mail.Addressees.Envelope;
        var session = await hand.SessionForAsync(mail.Row.Id, envelope, CancellationToken.None);
        await pacing.AwaitAsync(mail, hand.Relay);
        if (mail.Row.Claim!.Relay != hand.Relay.Name)
            await leases.MoveAsync(mail, hand.Relay.Name);
        var result = await session.SendAsync(envelope, mail.Message, () => RequireLease(mail, leases), CancellationToken.None);
        hand.Saw(result, mail.Row.Id);
        return result;
    }

    private static void RequireLease(ClaimedMail mail, LeaseKeeper leases)
    {
        if (!leases.MayBegin(mail))
            throw new LeaseTooShortException();
        mail.DataMayHaveBegun = true;
    }

    private Task<IReadOnlyList<NamedAttempt>> WaitAsync(List<ClaimedMail> mails, RelayUnreachableException unreachable, CancellationToken cancellationToken)
    {
        // One moment for all, and so one message; a connection that is in use is free again soon.
        var waits = unreachable.IsBusy ? 0 : mails.Max(mail => mail.Row.Waits);
        var due = unreachable.RetryAt ?? clock.GetUtcNow() + RetrySchedule.AfterWait(waits);
        logger.RelayUnreachable(unreachable.Relay, unreachable.Reply.Stage.ToString(), unreachable.Reply.Code, mails.Count, due);
        return waiting.PutOffAsync(mails.ConvertAll(mail => new Wait(mail.Row, due, unreachable.Reason)), cancellationToken);
    }
}

/// <summary>Too little of a claim's lease is left to begin DATA with.</summary>
internal sealed class LeaseTooShortException : Exception;
