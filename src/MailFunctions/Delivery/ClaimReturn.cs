using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Gives claims back whose attempts came to nothing for a reason that is not the mail's: the number of the attempt is used
/// again, and the mail waits as it would have without the claim. No event row is inserted.
/// </summary>
/// <remarks>
/// Rule 5: the message for scheduled, then the ledger row. A crash in between leaves a claim whose lease runs out, as a crash
/// during an attempt does. The row is written only while the claim stands, under its ETag; others settle it at the
/// earliest when the lease is over, of which at least half is left when this begins.
/// </remarks>
internal sealed class ClaimReturn(EmailLedger ledger, ScheduledMessages scheduled, OutcomeRecorder recorder, ILogger<ClaimReturn> logger)
{
    /// <summary>The mail may be given back: its attempt was unused, enough of its lease is left, and it does not expire before it is due.</summary>
    public static bool Fits(ClaimedMail mail, LeaseKeeper leases) =>
        mail.Unused is { } unused && unused.Due < mail.Row.ExpiresAt && leases.MayBegin(mail);

    /// <summary>Gives all back, through a storage outage of minutes if it must be.</summary>
    /// <returns>Those for which it is too late: their lease is nearly over, or another has settled their attempt. Their outcome is to be recorded.</returns>
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
                // A renewal may have written a row meanwhile, and an earlier try may have been carried out.
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
    /// A row whose attempt counts one less was given back by an earlier try, and so was one that another has claimed since then,
    /// with the same number.
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

/// <summary>Why an attempt came to nothing, and when the mail is looked at again.</summary>
/// <param name="Why">One sentence or more for a person.</param>
internal readonly record struct Unused(DateTimeOffset Due, string Why);
