using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Sends the claimed mails of a group one after the other over one connection, and over more connections while that pays:
/// if the round trip to the relay is long, a connection spends its time waiting for replies.
/// </summary>
internal sealed class GroupSender(AttemptRunner attempts, OutcomeRecorder recorder, Claims claims, ProcessingFailures failures, TimeProvider clock, ILogger<GroupSender> logger)
{
    /// <summary>Another connection pays if the remaining mails would take longer than this over the existing connections.</summary>
    private static readonly TimeSpan WorthAnother = TimeSpan.FromMilliseconds(50);

    /// <summary>A running transaction counts as slow once it has taken this long.</summary>
    private static readonly TimeSpan Stalls = TimeSpan.FromMilliseconds(250);

    /// <param name="took">The duration of the last transaction.</param>
    /// <param name="waiting">The number of mails that have not begun.</param>
    /// <param name="connections">The number of connections of the group.</param>
    internal static bool PaysAnother(TimeSpan took, int waiting, int connections) => took * waiting >= WorthAnother * connections;

    /// <summary>Sends all mails. Every mail ends in an outcome that is recorded, even if sending throws.</summary>
    /// <param name="session">Null for mails that need no relay (test addresses, or withheld by the sandbox).</param>
    public async Task SendAsync(LeaseKeeper leases, RentedSession? session, GroupTerms terms)
    {
        using var outcomes = new PendingOutcomes(recorder, claims, leases, clock, logger);
        var work = new Work(new ConcurrentQueue<ClaimedMail>(leases.Mails), outcomes, leases, terms);
        try
        {
            await SendOverAsync(work, session, () => true);
        }
        finally
        {
            // Even if one connection fails, the outcomes known over the others are recorded.
            while (work.Others.TryTake(out var other))
                await other;
            await outcomes.RecordAsync();
        }

        foreach (var (id, text) in work.Faulted)
            await failures.CountAsync(id, terms.Source, text, CancellationToken.None);
    }

    private async Task SendOverAsync(Work work, RentedSession? session, Func<bool> goesOn)
    {
        while (goesOn() && work.Waiting.TryDequeue(out var mail))
        {
            mail.Begin();
            var attempt = work.Outcomes.AddAsync(mail, attempts.RunAsync(mail, session, work.Leases, work.Terms, work.Faulted));
            if (session is not null && !work.Waiting.IsEmpty)
                await GrowMeanwhileAsync(work, session, attempt);
            Grow(work, session, await attempt);
        }
    }

    /// <summary>Opens another connection while a mail takes long, so that the others do not wait for it.</summary>
    private async Task GrowMeanwhileAsync(Work work, RentedSession session, Task attempt)
    {
        using var over = new CancellationTokenSource();
        if (await Task.WhenAny(attempt, Task.Delay(Stalls, clock, over.Token)) != attempt)
            Grow(work, session, Stalls);
        await over.CancelAsync();
    }

    private void Grow(Work work, RentedSession? session, TimeSpan took)
    {
        if (session is not { IsLost: false } || !PaysAnother(took, work.Waiting.Count, work.Connections) || !work.Waiting.TryPeek(out var next))
            return;
        Interlocked.Increment(ref work.Connections);
        work.Others.Add(SendOverAnotherAsync(work, session, next));
    }

    /// <summary>
    /// Sends over another connection until the mails end, others want the connection, or it is lost; the first one goes on.
    /// </summary>
    private async Task SendOverAnotherAsync(Work work, RentedSession first, ClaimedMail next)
    {
        await Task.Yield();
        RentedSession? another;
        try
        {
            another = await first.TryBranchAsync(next.Envelope, work.Terms.Stopping);
        }
        catch (Exception exception)
        {
            logger.NoOtherConnection(exception.GetType().Name);
            return;
        }

        // If no connection was to be had, its count stays, so that this group does not ask again.
        if (another is null)
            return;
        await using (another)
            await SendOverAsync(work, another, () => another is { IsLost: false, IsWanted: false });
        Interlocked.Decrement(ref work.Connections);
    }

    private sealed class Work(ConcurrentQueue<ClaimedMail> waiting, PendingOutcomes outcomes, LeaseKeeper leases, GroupTerms terms)
    {
        public int Connections = 1;

        public ConcurrentQueue<ClaimedMail> Waiting => waiting;

        public PendingOutcomes Outcomes => outcomes;

        public LeaseKeeper Leases => leases;

        public GroupTerms Terms => terms;

        public ConcurrentBag<Task> Others { get; } = [];

        public ConcurrentQueue<(EmailId Id, string Text)> Faulted { get; } = [];
    }
}
