using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>Runs the attempts of up to 25 mails that are ready: claim, send, record.</summary>
internal sealed class ClaimGroup(
    EmailLedger ledger,
    Suppressor suppressor,
    ContentStore contents,
    SandboxRules sandbox,
    RelayRouter router,
    Pacing pacing,
    Deferrals deferrals,
    OutcomeRecorder recorder,
    GroupSender sender,
    ProcessingFailures failures,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<ClaimGroup> logger)
{
    /// <summary>The most mails claimed together, and so the most that a killed worker leaves uncertain.</summary>
    public const int MaxMails = 25;

    /// <summary>The most groups with large content (in memory, or slow to stream; one mail each) that run at once in a lane.</summary>
    private const int MaxLargeMails = 4;

    /// <summary>The wait for such a place. Then the mail goes back to its queue: the host ends a function that waits too long.</summary>
    private static readonly TimeSpan PlaceWait = TimeSpan.FromMinutes(1);

    /// <summary>One semaphore per lane, so that large mail of one lane never blocks the other.</summary>
    private static readonly Dictionary<Lane, SemaphoreSlim> LargeMails = Enum.GetValues<Lane>().ToDictionary(lane => lane, _ => new SemaphoreSlim(MaxLargeMails));

    /// <summary>Cuts ready rows into groups: one partition and one route each, up to 25 mails; a large mail by itself.</summary>
    public IEnumerable<LedgerRow[]> Cut(IEnumerable<LedgerRow> ready) =>
        ready.GroupBy(row => (row.Id.PartitionKey, Route: RouteOf(row), Large: IsLarge(row)))
            .SelectMany(group => group.Chunk(group.Key.Large ? 1 : MaxMails));

    /// <summary>
    /// Runs one group. Before the claim nothing is sent and no attempt is used: suppressed recipients are left out, a mail that
    /// cannot be loaded counts a fault of its own, and an unreachable relay defers all mails.
    /// </summary>
    /// <param name="rows">A group that <see cref="Cut"/> made.</param>
    /// <returns>The mails to look at again: their attempt did not begin, or another worker wrote their row.</returns>
    public async Task<IReadOnlyList<NamedAttempt>> RunAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        if (!IsLarge(rows[0]))
            return await RunLoadedAsync(rows, terms);

        var places = LargeMails[rows[0].Lane];
        if (!await places.WaitAsync(PlaceWait, terms.Stopping))
            return Next(rows);
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

    private async Task<IReadOnlyList<NamedAttempt>> RunLoadedAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        var (allowed, ended) = await suppressor.ApplyAsync(rows, terms.Stopping);
        var loaded = await LoadAsync(allowed, terms);
        var again = new List<NamedAttempt>(ended);
        // Mail for a relay goes first: simulated mail may take long.
        foreach (var part in loaded.GroupBy(mail => mail.Addressees.NeedRelay).OrderByDescending(part => part.Key))
            again.AddRange(terms.MayStart() ? await RunPartAsync([.. part], part.Key, terms) : Next(part));
        return again;
    }

    private Task<IReadOnlyList<NamedAttempt>> RunPartAsync(List<ClaimedMail> mails, bool needRelay, GroupTerms terms) =>
        needRelay ? RunRelayedAsync(mails, terms) : RunClaimedAsync(mails, null, Addressees.RelayName, terms);

    private async Task<IReadOnlyList<NamedAttempt>> RunRelayedAsync(List<ClaimedMail> mails, GroupTerms terms)
    {
        var stopping = terms.Stopping;
        var route = terms.IsInline ? router.InlineRouteOf(mails[0].Row) : RouteOf(mails[0].Row);
        if (terms.IsInline && route.Lines.Count == 0)
            return Next(mails);

        await using var hand = new RentedSession(router, route);
        IReadOnlyList<NamedAttempt> again;
        try
        {
            await hand.SessionForAsync(mails[0].Row.Id, mails[0].Envelope, stopping);
            (mails, again) = await pacing.ReserveAsync(mails, hand.Relay, stopping);
        }
        catch (RelayUnreachableException unreachable) when (unreachable.IsBusy && terms.IsInline)
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

        // Waiting for the relay or its rate may have used up the time: a claim would now waste an attempt.
        if (!terms.MayStart())
            return [.. again, .. Next(mails)];
        return mails.Count == 0 ? again : [.. again, .. await RunClaimedAsync(mails, hand, hand.Relay.Name, terms)];
    }

    /// <param name="hand">Null for mails that need no relay (test addresses, or withheld by the sandbox).</param>
    private async Task<IReadOnlyList<NamedAttempt>> RunClaimedAsync(List<ClaimedMail> mails, RentedSession? hand, string relay, GroupTerms terms)
    {
        var claimed = await ClaimAsync(mails, relay);
        await using var leases = new LeaseKeeper(claimed, ledger, options.Value.Lease, clock, logger);
        await sender.SendAsync(claimed, hand, leases, terms);
        return Next(mails.Except(claimed));
    }

    private RelayRoute RouteOf(LedgerRow row) => router.RouteOf(row.Lane, row.SenderDomain, row.Tags);

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<ClaimedMail> mails) => Next(mails.Select(mail => mail.Row));

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<LedgerRow> rows) => [.. rows.Select(NamedAttempt.NextOf)];

    private async Task<List<ClaimedMail>> LoadAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        var loaded = new List<ClaimedMail>(rows.Count);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            try
            {
                var content = await contents.LoadAsync(row.Content ?? throw new InvalidDataException("The row has no content."), texts, terms.Stopping);
                loaded.Add(new ClaimedMail(row, sandbox.IsOn ? ProviderHeaders.Without(content) : content, sandbox.AddresseesOf(row)));
            }
            catch (Exception exception) when (!StorageFault.Is(exception) && !terms.Stopping.IsCancellationRequested)
            {
                await failures.CountAsync(row.Id, terms.Source, $"Loading failed: {exception.Message}", terms.Stopping);
            }
        }

        return loaded;
    }

    /// <summary>Claims each mail's next attempt for this worker: one conditional write per mail, in one transaction.</summary>
    /// <returns>The mails whose claim succeeded.</returns>
    private async Task<List<ClaimedMail>> ClaimAsync(List<ClaimedMail> mails, string relay)
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
        var written = await TryClaimAsync(claims);
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
    /// Writes the claims. If storage fails midway, some may be stored. Their attempts have not begun, and that is recorded as
    /// soon as storage is back: expired leases would make them uncertain.
    /// </summary>
    private async Task<LedgerRow?[]> TryClaimAsync(List<LedgerRow> claims)
    {
        try
        {
            // Not cancelable: a claim that storage carries out after a cancellation would have no worker.
            return await ledger.TryUpdateManyAsync(claims, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            await recorder.GiveBackAsync(claims);
            throw;
        }
    }

    private Task<IReadOnlyList<NamedAttempt>> WaitAsync(List<ClaimedMail> mails, RelayUnreachableException unreachable, CancellationToken cancellationToken)
    {
        // One due time for all, and so one queue message; a connection in use is free again soon.
        var waits = unreachable.IsBusy ? 0 : mails.Max(mail => mail.Row.Waits);
        var due = unreachable.RetryAt ?? clock.GetUtcNow() + RetrySchedule.AfterWait(waits);
        logger.RelayUnreachable(unreachable.Relay, unreachable.Reply.Stage.ToString(), unreachable.Reply.Code, mails.Count, due);
        return deferrals.DeferAsync(mails.ConvertAll(mail => new Deferral(mail.Row, due, unreachable.Reason)), cancellationToken);
    }
}
