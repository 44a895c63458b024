using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Sends the claimed mails of a window: over one connection one after the other, and over more while that pays. Where the
/// way to the relay is long, a connection spends its time waiting for replies.
/// </summary>
internal sealed class GroupSender(AttemptRunner attempts, OutcomeRecorder recorder, ClaimReturn returns, ProcessingFailures failures, TimeProvider clock, ILogger<GroupSender> logger)
{
    /// <summary>Another connection pays when the mails that are left would take longer than this over those that there are.</summary>
    private static readonly TimeSpan WorthAnother = TimeSpan.FromMilliseconds(50);

    /// <summary>A transaction that takes this long counts as long before it is over.</summary>
    private static readonly TimeSpan Stalls = TimeSpan.FromMilliseconds(250);

    /// <param name="took">The last transaction.</param>
    /// <param name="waiting">Mails that have not begun.</param>
    /// <param name="hands">Connections that the window has.</param>
    internal static bool PaysAnother(TimeSpan took, int waiting, int hands) => took * waiting >= WorthAnother * hands;

    /// <summary>Every mail ends in an outcome that is recorded, whatever is thrown.</summary>
    /// <param name="hand">Null for mails that no relay hears of.</param>
    public async Task SendAsync(IReadOnlyCollection<ClaimedMail> mails, RentedSession? hand, LeaseKeeper leases, GroupTerms terms)
    {
        foreach (var mail in mails)
            mail.HasCompany = mails.Count > 1;
        using var outcomes = new PendingOutcomes(recorder, returns, leases, clock, logger);
        var work = new Work(new ConcurrentQueue<ClaimedMail>(mails), outcomes, leases, terms);
        try
        {
            await SendOverAsync(work, hand, () => true);
        }
        finally
        {
            // Whatever becomes of one connection: what is known over the others is recorded.
            while (work.Others.TryTake(out var other))
                await other;
            await outcomes.RecordAsync();
        }

        foreach (var (id, text) in work.Faulted)
            await failures.CountAsync(id, terms.Source, text, CancellationToken.None);
    }

    private async Task SendOverAsync(Work work, RentedSession? hand, Func<bool> goesOn)
    {
        while (goesOn() && work.Waiting.TryDequeue(out var mail))
        {
            mail.IsUnderWay = true;
            var attempt = work.Outcomes.AddAsync(mail, attempts.RunAsync(mail, hand, work.Leases, work.Terms, work.Faulted));
            if (hand is not null && !work.Waiting.IsEmpty)
                await GrowMeanwhileAsync(work, hand, attempt);
            Grow(work, hand, await attempt);
        }
    }

    /// <summary>A mail that takes long keeps none of the others waiting.</summary>
    private async Task GrowMeanwhileAsync(Work work, RentedSession hand, Task attempt)
    {
        using var over = new CancellationTokenSource();
        if (await Task.WhenAny(attempt, Task.Delay(Stalls, clock, over.Token)) != attempt)
            Grow(work, hand, Stalls);
        await over.CancelAsync();
    }

    private void Grow(Work work, RentedSession? hand, TimeSpan took)
    {
        if (hand is not { IsLost: false } || !PaysAnother(took, work.Waiting.Count, work.Hands) || !work.Waiting.TryPeek(out var next))
            return;
        Interlocked.Increment(ref work.Hands);
        work.Others.Add(SendOverAnotherAsync(work, hand, next));
    }

    /// <summary>It ends before the mails do when others want its connection, or when that is lost: the first one goes on.</summary>
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

        // Its place stays counted when there was none to be had: this window asks no more for it.
        if (another is null)
            return;
        await using (another)
            await SendOverAsync(work, another, () => another is { IsLost: false, IsWanted: false });
        Interlocked.Decrement(ref work.Hands);
    }

    private sealed class Work(ConcurrentQueue<ClaimedMail> waiting, PendingOutcomes outcomes, LeaseKeeper leases, GroupTerms terms)
    {
        public int Hands = 1;

        public ConcurrentQueue<ClaimedMail> Waiting => waiting;

        public PendingOutcomes Outcomes => outcomes;

        public LeaseKeeper Leases => leases;

        public GroupTerms Terms => terms;

        public ConcurrentBag<Task> Others { get; } = [];

        public ConcurrentQueue<(EmailId Id, string Text)> Faulted { get; } = [];
    }
}
