using System.Collections.Concurrent;
using MailFunctions.Ledger;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Sends the claimed mails of a window: over one connection one after the other, and over more while that pays. Where the
/// way to the relay is long, a connection spends its time waiting for replies.
/// </summary>
internal sealed class WindowSender(AttemptRunner attempts, OutcomeRecorder recorder, Faults faults, TimeProvider clock, ILogger<WindowSender> logger)
{
    /// <summary>Another connection pays when the mails that are left would take longer than this over those that there are.</summary>
    private static readonly TimeSpan WorthAnother = TimeSpan.FromMilliseconds(50);

    /// <param name="took">The last transaction.</param>
    /// <param name="waiting">Mails that have not begun.</param>
    /// <param name="hands">Connections that the window has.</param>
    internal static bool PaysAnother(TimeSpan took, int waiting, int hands) => took * waiting >= WorthAnother * hands;

    /// <summary>Every mail ends in an outcome that is recorded, whatever is thrown.</summary>
    /// <param name="hand">Null for mails that no relay hears of.</param>
    public async Task SendAsync(IEnumerable<ClaimedMail> mails, SessionInHand? hand, LeaseKeeper leases, WindowTerms terms)
    {
        using var outcomes = new PendingOutcomes(recorder, leases, clock, logger);
        var work = new Work(new ConcurrentQueue<ClaimedMail>(mails), outcomes, leases, terms);
        await SendOverAsync(work, hand, () => true);
        while (work.Others.TryTake(out var other))
            await other;

        await outcomes.RecordAsync();
        foreach (var (id, text) in work.Faulted)
            await faults.CountAsync(id, terms.Source, text, CancellationToken.None);
    }

    private async Task SendOverAsync(Work work, SessionInHand? hand, Func<bool> goesOn)
    {
        while (goesOn() && work.Waiting.TryDequeue(out var mail))
        {
            mail.IsUnderWay = true;
            var took = await work.Outcomes.AddAsync(mail, attempts.RunAsync(mail, hand, work.Leases, work.Terms, work.Faulted));
            if (hand is { IsLost: false } && PaysAnother(took, work.Waiting.Count, work.Hands) && work.Waiting.TryPeek(out var next))
            {
                Interlocked.Increment(ref work.Hands);
                work.Others.Add(SendOverAnotherAsync(work, hand, next));
            }
        }
    }

    /// <summary>It ends before the mails do when others want its connection, or when that is lost: the first one goes on.</summary>
    private async Task SendOverAnotherAsync(Work work, SessionInHand first, ClaimedMail next)
    {
        await Task.Yield();
        await using var another = await first.TryBranchAsync(next.Addressees.Envelope, work.Terms.Stopping);
        if (another is not null)
            await SendOverAsync(work, another, () => another is { IsLost: false, IsWanted: false });
        // Its place stays counted when there was none to be had: this window asks no more for it.
        if (another is not null)
            Interlocked.Decrement(ref work.Hands);
    }

    private sealed class Work(ConcurrentQueue<ClaimedMail> waiting, PendingOutcomes outcomes, LeaseKeeper leases, WindowTerms terms)
    {
        public int Hands = 1;

        public ConcurrentQueue<ClaimedMail> Waiting => waiting;

        public PendingOutcomes Outcomes => outcomes;

        public LeaseKeeper Leases => leases;

        public WindowTerms Terms => terms;

        public ConcurrentBag<Task> Others { get; } = [];

        public ConcurrentQueue<(EmailId Id, string Text)> Faulted { get; } = [];
    }
}
