using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>
/// The claim of an attempt and its five verbs: take, renew, move, give back, settle when lost (rule 3 of docs/delivery.md).
/// A claim is a conditional write of the ledger row that gives one attempt to one worker for the length of a lease, and fixes
/// the key of the attempt's event row. While the lease lasts no other worker touches the mail; once it has ended, any worker
/// may settle the attempt under that key.
/// </summary>
/// <remarks>
/// A crash after any of these writes leaves a claim whose lease runs out, and an attempt that counts as uncertain, because the
/// next worker cannot know whether it began. So a claim is written last before it is used, and is given back where it is
/// certain that nothing was sent.
/// </remarks>
internal sealed class Claims(
    EmailLedger ledger, WakeUps wakeUps, OutcomeRecorder recorder, Corrections corrections, OutcomeRules outcomeRules, MailMeters meters, IOptions<DeliveryOptions> options, TimeProvider clock, ILogger<Claims> logger)
{
    public TimeSpan Lease => options.Value.Lease;

    /// <summary>True if DATA may begin: at least half of the lease is left.</summary>
    public bool MayBegin(ClaimedMail mail) => HasTime(mail.Row);

    /// <summary>
    /// Takes: claims each mail's next attempt for this worker, by one conditional write per mail, in one transaction. If storage
    /// fails midway, some claims may be stored. Their attempts have not begun, and that is recorded as soon as storage is back:
    /// expired leases would make them uncertain.
    /// </summary>
    /// <returns>The claims that succeeded, kept until disposal; a mail whose row another worker has written is not among them.</returns>
    public async Task<LeaseKeeper> TakeAsync(IReadOnlyList<ClaimedMail> mails, string relay)
    {
        var now = clock.GetUtcNow();
        var worker = WriteToken.New();
        var claims = mails.Select(mail => Claimed(mail.Row, worker, relay, now)).ToList();
        LedgerRow?[] written;
        try
        {
            // Not cancelable: a claim that storage carries out after a cancellation would have no worker.
            written = await ledger.TryUpdateManyAsync(claims, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            await GiveBackUnknownAsync(claims);
            throw;
        }

        var hasCompany = written.Count(row => row is not null) > 1;
        var taken = new List<ClaimedMail>(mails.Count);
        foreach (var (i, mail) in mails.Index())
        {
            if (written[i] is not { } row)
                continue;
            mail.Claim(row, hasCompany);
            taken.Add(mail);
        }

        return new LeaseKeeper(this, taken, clock);
    }

    /// <summary>Renews: extends each lease to its full length from now. A failure is logged, since the next renewal may succeed.</summary>
    /// <returns>The mails whose claim is not stored any more: settled, by another worker or by this one.</returns>
    public async Task<IReadOnlyCollection<ClaimedMail>> RenewAsync(IReadOnlyCollection<ClaimedMail> mails, CancellationToken stop)
    {
        var settled = new List<ClaimedMail>();
        var open = mails.ToList();
        try
        {
            while (open.Count > 0)
                open = await TryRenewAsync(open, settled, stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Whatever failed, the next renewal may succeed, and other mails need theirs.
            foreach (var mail in open)
                logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
        }

        return settled;
    }

    /// <summary>Moves: names another relay in claims, for a worker that settles them after a crash. Renews all claims with it.</summary>
    /// <param name="kept">All claims of the worker.</param>
    /// <inheritdoc cref="RenewAsync" path="/returns"/>
    public Task<IReadOnlyCollection<ClaimedMail>> MoveAsync(IReadOnlyCollection<ClaimedMail> moved, string relay, IReadOnlyCollection<ClaimedMail> kept)
    {
        foreach (var mail in moved)
            mail.Renew(mail.Row with { Claim = mail.Row.Claim! with { Relay = relay } });
        return RenewAsync(kept, CancellationToken.None);
    }

    /// <summary>True if the claim may be given back: attempt unused, enough lease left, and due before the mail expires.</summary>
    public bool MayGiveBack(LedgerRow row, Unused? unused) => unused?.Due < row.ExpiresAt && HasTime(row);

    /// <summary>
    /// Gives back: returns claims whose attempts came to nothing for a reason other than the mail. The attempt's number is used
    /// again, no event row is inserted, and the mail waits as it would have without the claim. Retries through a storage outage
    /// of minutes.
    /// </summary>
    /// <remarks>
    /// Rule 5: the wake-up first, then the ledger row, which is read again for it. A crash in between leaves a claim whose lease runs out, and a
    /// message that finds it. The row is written under its ETag and only while the claim is stored; other workers settle it
    /// only after the lease has ended, of which at least half is left when this begins.
    /// </remarks>
    /// <returns>
    /// The mails that are too late: their lease nearly ended, or another worker settled the attempt. Record their outcome.
    /// </returns>
    public async Task<IReadOnlyList<ClaimedMail>> GiveBackAsync(IReadOnlyDictionary<ClaimedMail, Unused> unused)
    {
        var late = new List<ClaimedMail>();
        var worker = unused.Keys.First().Row.Claim!.Worker;
        var open = unused.Keys.ToDictionary(mail => mail.Row.Id);
        foreach (var together in unused.GroupBy(pair => (pair.Key.Row.Lane, pair.Value.Due)))
        {
            LedgerRow[] rows = [.. together.Select(pair => Unclaimed(pair.Key.Row, pair.Value))];
            await recorder.PersistAsync(() => wakeUps.PutAsync(rows, CancellationToken.None), rows.Length);
            logger.GivenBack(rows.Length, together.Key.Due);
        }

        await recorder.PersistAsync(
            async () =>
            {
                // A renewal may have written a row meanwhile, and an earlier try may have been carried out by storage.
                while (open.Count > 0)
                {
                    var standing = await ledger.ReadManyAsync([.. open.Keys], CancellationToken.None);
                    foreach (var row in standing.Values.Where(row => IsLate(row, open[row.Id], worker)))
                    {
                        late.Add(open[row.Id]);
                        open.Remove(row.Id);
                    }

                    var ours = standing.Values.Where(row => open.ContainsKey(row.Id) && row.Claim?.Worker == worker).ToList();
                    var written = ours.Count == 0 ? [] : await ledger.TryUpdateManyAsync(ours.ConvertAll(row => Unclaimed(row, unused[open[row.Id]])), CancellationToken.None);
                    foreach (var row in written.OfType<LedgerRow>())
                        meters.Deferred(row);
                    foreach (var id in open.Keys.Except(ours.Where((_, i) => written[i] is null).Select(row => row.Id)).ToList())
                        open.Remove(id);
                }
            },
            unused.Count);
        return late;
    }

    /// <summary>
    /// Settles when lost: records an attempt whose worker was lost as uncertain. If that worker had recorded its outcome after
    /// all, its outcome is kept.
    /// </summary>
    public async Task SettleLostAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var loss = outcomeRules.OfLoss(row, "The worker was lost between claiming the attempt and recording its outcome.", clock.GetUtcNow());
        var standing = await recorder.RecordOnceAsync([new Outcome(row, loss)], cancellationToken);
        logger.LeaseExpired(row.Id.ToString(), row.Attempt, standing[0].State.Name());
    }

    private bool HasTime(LedgerRow row) => row.Claim!.LeaseUntil - clock.GetUtcNow() >= Lease / 2;

    private LedgerRow Claimed(LedgerRow row, string worker, string relay, DateTimeOffset now)
    {
        var attempt = row.Attempt + 1;
        var key = EventKey.OfAttempt(row.Id, attempt, now);
        return row with
        {
            State = Transitions.Require(row.State, EmailState.Sending),
            Attempt = attempt,
            EventMinutes = [.. row.EventMinutes, key.PartitionKey],
            Claim = new Claim(worker, now + Lease, key, relay),
            DueAt = null,
            WaitingFor = null,
        };
    }

    private static LedgerRow Unclaimed(LedgerRow row, Unused unused) => row with
    {
        State = Transitions.Require(row.State, EmailState.Deferred),
        Attempt = row.Attempt - 1,
        EventMinutes = [.. row.EventMinutes.SkipLast(1)],
        Claim = null,
        DueAt = unused.Due,
        Waits = row.WaitsAfter(unused.Reason),
        Reason = unused.Why,
        WaitingFor = unused.Reason,
    };

    /// <summary>
    /// True if the lease is nearly over, or another worker has settled the attempt. A row with a lower attempt number is not late:
    /// an earlier try gave it back. Neither is a row that another worker has claimed since, under the same number.
    /// </summary>
    private bool IsLate(LedgerRow row, ClaimedMail mail, string worker) =>
        row.Claim?.Worker == worker ? !MayBegin(mail) : row.Claim is null && row.Attempt == mail.Row.Attempt && row.LastWorker == worker;

    /// <returns>
    /// The mails to renew again: their claim is still stored, in a row newer than the one held, because an earlier renewal
    /// was given up as failed and had succeeded. Other refused mails are settled.
    /// </returns>
    private async Task<List<ClaimedMail>> TryRenewAsync(List<ClaimedMail> mails, List<ClaimedMail> settled, CancellationToken stop)
    {
        var until = clock.GetUtcNow() + Lease;
        var renewed = mails.ConvertAll(mail => mail.Row with { Claim = mail.Row.Claim! with { LeaseUntil = until } });
        var written = await ledger.TryUpdateManyAsync(renewed, stop);
        var again = new List<ClaimedMail>();
        foreach (var (i, mail) in mails.Index())
        {
            if (written[i] is { } row)
            {
                mail.Renew(row);
            }
            else if (await ledger.ReadAsync(mail.Row.Id, stop) is { Claim: { } claim } standing && claim.Worker == mail.Row.Claim!.Worker)
            {
                // Keeps the relay that this worker knows: the mail may have moved since.
                mail.Renew(standing with { Claim = claim with { Relay = mail.Row.Claim.Relay } });
                again.Add(mail);
            }
            else
            {
                // This worker itself may just have recorded its outcome.
                if (mail.Progress < AttemptProgress.Settled)
                    logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
                settled.Add(mail);
            }
        }

        return again;
    }

    /// <summary>
    /// Gives back claims whose attempts have not begun, and which may be stored, not stored, or still be carried out by storage.
    /// Retries through a storage outage of minutes.
    /// </summary>
    /// <param name="claims">The rows as this worker tried to write them.</param>
    private Task GiveBackUnknownAsync(IReadOnlyList<LedgerRow> claims)
    {
        var open = claims.ToDictionary(claim => claim.Id);
        return recorder.PersistAsync(
            async () =>
            {
                while (open.Count > 0)
                {
                    var standing = await ledger.ReadManyAsync([.. open.Keys], CancellationToken.None);
                    await recorder.RecordKnownAsync([.. standing.Values.Where(row => row.Claim?.Worker == open[row.Id].Claim!.Worker).Select(Unbegun)]);

                    // Claims that outlived their lease in an outage: another worker settled them, under the claim's own key.
                    foreach (var claim in open.Values.Where(claim => standing.TryGetValue(claim.Id, out var row) && row.Claim is null && row.Attempt == claim.Attempt && row.LastWorker == claim.LastWorker))
                        await corrections.TryCorrectAsync(Unbegun(claim), CancellationToken.None);

                    // Storage may carry out a request that its client has given up. An unchanged row is written again
                    // as it is, so that the late claim fails on its ETag. If the claim was faster, the row is read once more.
                    var untouched = standing.Values.Where(row => row.ETag == open[row.Id].ETag).ToList();
                    var written = untouched.Count == 0 ? [] : await ledger.TryUpdateManyAsync(untouched, CancellationToken.None);
                    open = untouched.Where((_, i) => written[i] is null).Select(row => open[row.Id]).ToDictionary(claim => claim.Id);
                }
            },
            claims.Count);
    }

    private Outcome Unbegun(LedgerRow claimed) =>
        new(claimed, OutcomeRules.OfNoBeginning(claimed, "Storage failed while the attempt was claimed; it did not begin.", WaitReason.StorageFailed, TimeSpan.Zero, clock.GetUtcNow()));
}

/// <summary>Why an attempt came to nothing, and when the mail is due again.</summary>
/// <param name="Why">One sentence or more for a human reader.</param>
internal readonly record struct Unused(DateTimeOffset Due, WaitReason Reason, string Why);
