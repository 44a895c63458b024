using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Gives back claims whose attempts came to nothing for a reason other than the mail: the attempt's number is used
/// again, and the mail waits as it would have without the claim. No event row is inserted.
/// </summary>
/// <remarks>
/// Rule 5: the scheduled message first, then the ledger row. A crash in between leaves a claim whose lease runs out, like a
/// crash during an attempt. The row is written under its ETag and only while the claim is stored; other workers settle it
/// only after the lease has ended, of which at least half is left when this begins.
/// </remarks>
internal sealed class ClaimReturn(EmailLedger ledger, ScheduledMessages scheduled, OutcomeRecorder recorder, ILogger<ClaimReturn> logger)
{
    /// <summary>True if the claim may be given back: attempt unused, enough lease left, and due before the mail expires.</summary>
    public static bool Fits(ClaimedMail mail, LeaseKeeper leases) =>
        mail.Unused is { } unused && unused.Due < mail.Row.ExpiresAt && leases.MayBegin(mail);

    /// <summary>Gives all claims back, retrying through a storage outage of minutes.</summary>
    /// <returns>
    /// The mails that are too late: their lease nearly ended, or another worker settled the attempt. Record their outcome.
    /// </returns>
    public async Task<IReadOnlyList<ClaimedMail>> GiveBackAsync(IReadOnlyList<ClaimedMail> mails, LeaseKeeper leases)
    {
        var late = new List<ClaimedMail>();
        var worker = mails[0].Row.Claim!.Worker;
        var open = mails.ToDictionary(mail => mail.Row.Id);
        foreach (var together in mails.GroupBy(mail => (mail.Row.Lane, mail.Unused!.Value.Due)))
        {
            NamedAttempt[] named = [.. together.Select(mail => NamedAttempt.RunningOf(mail.Row))];
            await recorder.PersistAsync(() => scheduled.PutAsync(together.Key.Lane, named, together.Key.Due, CancellationToken.None), named.Length);
            logger.GivenBack(named.Length, together.Key.Due);
        }

        await recorder.PersistAsync(
            async () =>
            {
                // A renewal may have written a row meanwhile, and an earlier try may have been carried out by storage.
                while (open.Count > 0)
                {
                    var standing = await ledger.ReadManyAsync([.. open.Keys], CancellationToken.None);
                    foreach (var row in standing.Values.Where(row => IsLate(row, open[row.Id], worker, leases)))
                    {
                        late.Add(open[row.Id]);
                        open.Remove(row.Id);
                    }

                    var ours = standing.Values.Where(row => open.ContainsKey(row.Id) && row.Claim?.Worker == worker).ToList();
                    var written = ours.Count == 0 ? [] : await ledger.TryUpdateManyAsync(ours.ConvertAll(row => Unclaimed(row, open[row.Id].Unused!.Value)), CancellationToken.None);
                    foreach (var id in open.Keys.Except(ours.Where((_, i) => written[i] is null).Select(row => row.Id)).ToList())
                        open.Remove(id);
                }
            },
            mails.Count);
        return late;
    }

    /// <summary>
    /// True if the lease is nearly over, or another worker has settled the attempt. A row with a lower attempt number is not late:
    /// an earlier try gave it back. Neither is a row that another worker has claimed since, under the same number.
    /// </summary>
    private static bool IsLate(LedgerRow row, ClaimedMail mail, string worker, LeaseKeeper leases) =>
        row.Claim?.Worker == worker ? !leases.MayBegin(mail) : row.Claim is null && row.Attempt == mail.Row.Attempt && row.LastWorker == worker;

    private static LedgerRow Unclaimed(LedgerRow row, Unused unused) => row with
    {
        State = Transitions.Require(row.State, EmailState.Deferred),
        Attempt = row.Attempt - 1,
        EventMinutes = [.. row.EventMinutes.SkipLast(1)],
        Claim = null,
        DueAt = unused.Due,
        Waits = row.Waits + 1,
        Reason = unused.Why,
    };
}

/// <summary>Why an attempt came to nothing, and when the mail is due again.</summary>
/// <param name="Why">One sentence or more for a human reader.</param>
internal readonly record struct Unused(DateTimeOffset Due, string Why);
