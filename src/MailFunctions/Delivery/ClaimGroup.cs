using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;

namespace MailFunctions.Delivery;

/// <summary>Runs the attempts of up to 25 mails that are ready: claim, send, record.</summary>
internal sealed class ClaimGroup(
    LargeMails large, PauseGate pauses, Suppressor suppressor, MailLoader loader, RelayRouter router, Pacing pacing, Deferrals deferrals, Claims claims, GroupSender sender)
{
    /// <summary>The most mails claimed together, and so the most that a killed worker leaves uncertain.</summary>
    public const int MaxMails = 25;

    /// <summary>Cuts ready rows into groups: one partition and one route each, up to 25 mails; a large mail by itself.</summary>
    public IEnumerable<LedgerRow[]> Cut(IEnumerable<LedgerRow> ready) =>
        ready.GroupBy(row => (row.Id.PartitionKey, Route: RouteOf(row), Large: LargeMails.IsLarge(row)))
            .SelectMany(group => group.Chunk(group.Key.Large ? 1 : MaxMails));

    /// <summary>
    /// Runs one group. Before the claim nothing is sent and no attempt is used. A crash at any step leaves the queue message,
    /// which the host shows again; the comments say what else it leaves.
    /// </summary>
    /// <param name="rows">A group that <see cref="Cut"/> made.</param>
    /// <returns>The mails to look at again: their attempt did not begin, or another worker wrote their row.</returns>
    public async Task<IReadOnlyList<NamedAttempt>> RunAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        using var place = await large.TryEnterAsync(rows[0], terms);
        if (place is null)
            return Next(rows);

        // 1. Let paused mail wait, and leave out suppressed recipients; end mails that have no others. A crash leaves deferrals
        // (rule 5), and endings, committed by their rows.
        var (free, unpaused) = await pauses.HoldBackAsync(rows, terms);
        var (allowed, changed) = await suppressor.LeaveOutAsync(free, terms.Stopping);
        var rest = new List<NamedAttempt>([.. unpaused, .. changed]);

        // 2. Load. A crash leaves the failures of mails that could not be loaded, each counted once.
        foreach (var (needRelay, part) in InOrder(await loader.LoadAsync(allowed, terms)))
        {
            // 3. Route. Nothing is written.
            var mails = part;
            var route = needRelay ? RouteOf(mails[0].Row, terms) : null;
            if (!terms.MayStart() || (terms.IsInline && route is { Lines.Count: 0 }))
            {
                rest.AddRange(Next(mails));
                continue;
            }

            await using var session = route is null ? null : new RentedSession(router, route);
            if (session is not null)
            {
                // 4. Open a session. A crash leaves deferrals if there is none: a message for the due time, then the row (rule 5).
                var opened = await session.SessionForAsync(mails[0].Row.Id, mails[0].Envelope, terms.Stopping);
                if (!opened.Succeeded)
                {
                    rest.AddRange(MayDefer(opened.Obstacle, terms, out var unreachable) ? await deferrals.DeferAsync(mails, unreachable, terms.Stopping) : Next(mails));
                    continue;
                }

                // 5. Reserve slots, and wait for the first. A crash leaves unused slots, and deferrals as in step 4.
                (mails, var again) = await pacing.ReserveAsync(mails, session.Relay, terms.Stopping);
                rest.AddRange(again);
                // Waiting for the relay or its rate may have used up the time: a claim would now waste an attempt.
                if (mails.Count == 0 || !terms.MayStart())
                {
                    rest.AddRange(Next(mails));
                    continue;
                }
            }

            // 6. Claim. From here on a crash leaves claims whose leases run out; then each attempt counts as uncertain (rule 3).
            await using var leases = await claims.TakeAsync(mails, session?.Relay.Name ?? Addressees.RelayName);

            // 7. Send, and 8. record: outcomes are recorded while others are being sent, two seconds later at most. A recorded
            // event row commits its attempt; the worker that finds the row behind it follows the event (rule 4).
            await sender.SendAsync(leases, session, terms);

            // 9. Return the rest: another worker has claimed or written these mails. A crash leaves their message, or that worker's.
            rest.AddRange(Next(mails.Except(leases.Mails)));
        }

        return rest;
    }

    /// <summary>Parts mails that need a relay from those that need none. Mail for a relay goes first: simulated mail may take long.</summary>
    private static IEnumerable<(bool NeedRelay, List<ClaimedMail> Mails)> InOrder(List<ClaimedMail> loaded) =>
        loaded.GroupBy(mail => mail.Addressees.NeedRelay).OrderByDescending(part => part.Key).Select(part => (part.Key, part.ToList()));

    /// <summary>True if mail waits because of the obstacle; false if its message, which is still there, is to be seen again.</summary>
    private static bool MayDefer(Obstacle obstacle, GroupTerms terms, [NotNullWhen(true)] out Obstacle.Unreachable? unreachable)
    {
        unreachable = obstacle as Obstacle.Unreachable;
        return unreachable is not null && !(unreachable.IsBusy && terms.IsInline);
    }

    private RelayRoute RouteOf(LedgerRow row) => router.RouteOf(row.Lane, row.SenderDomain, row.Tags);

    private RelayRoute RouteOf(LedgerRow row, GroupTerms terms) => terms.IsInline ? router.InlineRouteOf(row) : RouteOf(row);

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<ClaimedMail> mails) => Next(mails.Select(mail => mail.Row));

    private static IReadOnlyList<NamedAttempt> Next(IEnumerable<LedgerRow> rows) => [.. rows.Select(NamedAttempt.NextOf)];
}
