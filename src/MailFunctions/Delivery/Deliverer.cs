using System.Diagnostics;
using Azure.Storage.Queues.Models;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>Runs the queue triggers: makes the attempts that a queue message names.</summary>
public sealed class Deliverer
{
    /// <summary>The try before the one at which the host gives a message up (host.json's maxDequeueCount).</summary>
    internal const int LastTry = 4;

    private const int MaxRounds = 5;

    private static readonly TimeSpan StartNothingAfter = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan PutBackFor = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LookAgainFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgainForSome = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan FirstLookAgain = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan HideAtMost = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan VoidAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The age of an id from which no accept can still commit, and its row may have been purged (at least a day after its
    /// end).
    /// </summary>
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    private readonly EmailLedger _ledger;
    private readonly LaneQueues _queues;
    private readonly WakeUps _wakeUps;
    private readonly ClaimGroup _groups;
    private readonly Claims _claims;
    private readonly TerminalStates _terminal;
    private readonly RecipientFeedback _feedback;
    private readonly Consumption _consumption;
    private readonly MailMeters _meters;
    private readonly TimeProvider _clock;
    private readonly ILogger<Deliverer> _logger;

    internal Deliverer(
        EmailLedger ledger,
        LaneQueues queues,
        WakeUps wakeUps,
        ClaimGroup groups,
        Claims claims,
        TerminalStates terminal,
        RecipientFeedback feedback,
        Consumption consumption,
        MailMeters meters,
        TimeProvider clock,
        ILogger<Deliverer> logger)
    {
        _ledger = ledger;
        _queues = queues;
        _wakeUps = wakeUps;
        _groups = groups;
        _claims = claims;
        _terminal = terminal;
        _feedback = feedback;
        _consumption = consumption;
        _meters = meters;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Works through one queue message. When it returns, the host may delete it: remaining work is in another message.</summary>
    /// <param name="stopping">The host is about to stop: no attempt begins, running ones finish.</param>
    /// <exception cref="UnreadableMessageException">
    /// The app did not write the message, or a newer version did; the host will pass it to RecordPoison.
    /// </exception>
    public async Task DeliverAsync(Lane lane, QueueMessage message, CancellationToken stopping)
    {
        var named = LaneMessage.Parse(message.Body);
        await _consumption.RunAsync(
            new ConsumedMessage(lane.QueueName(), message.MessageId, message.DequeueCount, named.Mails.Count, named.Trace),
            span => DeliverAsync(lane, message, named.Mails, span, stopping));
    }

    private async Task DeliverAsync(Lane lane, QueueMessage message, IReadOnlyList<NamedAttempt> mails, Activity? span, CancellationToken stopping)
    {
        try
        {
            await DeliverAsync(lane, mails, FormattableString.Invariant($"message {message.MessageId} try {message.DequeueCount}"), span, stopping);
        }
        catch (Exception exception) when (StorageFault.Is(exception) && message.DequeueCount >= LastTry)
        {
            // An outage is no mail's fault: a copy with its own dequeue count is put before the host gives this one up.
            span.Failed(exception);
            await _queues.PutAsync(lane, mails, PutBackFor, CancellationToken.None);
            _logger.PutBackAfterStorageFault(message.DequeueCount, message.MessageId, PutBackFor);
        }
    }

    private async Task DeliverAsync(Lane lane, IReadOnlyList<NamedAttempt> mails, string source, Activity? span, CancellationToken stopping)
    {
        var started = _clock.GetTimestamp();
        var terms = new GroupTerms(source, () => !stopping.IsCancellationRequested && _clock.GetElapsedTime(started) < StartNothingAfter, stopping);
        for (var round = 0; mails.Count > 0; round++)
        {
            if (round == MaxRounds || !terms.MayStart())
            {
                await _queues.PutAsync(lane, mails, round == MaxRounds ? HideAtMost : TimeSpan.Zero, CancellationToken.None);
                return;
            }

            var (ready, again) = await SortAsync(lane, mails, stopping);
            if (round == 0)
                RecordQueueWait(ready, span);
            var rest = new List<NamedAttempt>(again);
            foreach (var group in _groups.Cut(ready))
            {
                rest.AddRange(terms.MayStart()
                    ? await _groups.RunAsync(group, terms)
                    : group.Select(NamedAttempt.NextOf));
            }

            mails = rest;
        }
    }

    /// <summary>Records how long mails that are ready waited in the queue, and links the span to their accepts.</summary>
    private void RecordQueueWait(List<LedgerRow> ready, Activity? span)
    {
        var now = _clock.GetUtcNow();
        foreach (var row in ready)
            _meters.RecordQueueWait(row.Lane, now - (row.DueAt ?? row.SendableAt));
        if (span is not null)
            MailTraces.Link(span, ready.Select(row => row.Trace));
    }

    /// <summary>Settles the mails that need no attempt now, and returns the rest.</summary>
    /// <returns>Rows that are ready, and mails to look at again because their rows have just changed.</returns>
    private async Task<(List<LedgerRow> Ready, List<NamedAttempt> Again)> SortAsync(Lane lane, IReadOnlyList<NamedAttempt> mails, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync(mails, cancellationToken);
        var ready = new Dictionary<EmailId, LedgerRow>();
        var again = new List<NamedAttempt>();
        var unaccepted = new List<NamedAttempt>();
        foreach (var mail in mails)
        {
            var row = rows.GetValueOrDefault(mail.Id);
            switch (Triage.Of(row, mail, _clock.GetUtcNow()))
            {
                case Verdict.Ready:
                    // The next claim overwrites what the row knows of the previous attempt.
                    if (row!.Corrected.Contains(row.Attempt))
                        await _terminal.EnsureRecordedAsync(row, cancellationToken);
                    ready[mail.Id] = row!;
                    break;
                case Verdict.Drop:
                    await _terminal.EnsureRecordedAsync(row!, cancellationToken);
                    await _feedback.NoteAgainAsync(row!, cancellationToken);
                    break;
                case Verdict.Wait:
                    await _wakeUps.PutAsync(row!, cancellationToken);
                    break;
                case Verdict.Leased:
                    await _queues.PutAsync(lane, [mail], row!.Claim!.LeaseUntil - _clock.GetUtcNow(), cancellationToken);
                    break;
                case Verdict.Abandoned:
                    await _claims.SettleLostAsync(row!, cancellationToken);
                    again.Add(mail);
                    break;
                case Verdict.Expired:
                    if (!await _terminal.TryExpireAsync(row!, cancellationToken))
                        again.Add(mail);
                    break;
                case Verdict.Absent when _clock.GetUtcNow() - mail.Id.MintedAt < VoidAfter:
                    unaccepted.Add(mail);
                    break;
                case Verdict.Absent when _clock.GetUtcNow() - mail.Id.MintedAt >= ForgottenAfter:
                    break;
                case Verdict.Absent:
                    if (await _ledger.TryInsertVoidAsync(mail.Id, lane, _clock.GetUtcNow(), cancellationToken))
                        _logger.Voided(mail.Id.ToString(), _clock.GetUtcNow() - mail.Id.MintedAt);
                    else
                        again.Add(mail);
                    break;
            }
        }

        if (unaccepted.Count > 0)
            await _queues.PutAsync(lane, unaccepted, HideFor(_clock.GetUtcNow() - unaccepted.Max(mail => mail.Id.MintedAt)), cancellationToken);
        return ([.. ready.Values], again);
    }

    /// <summary>
    /// Hides the message for as long as the accept has taken so far: a slow accept has its mail sent soon after, and an
    /// accept that was given up is not looked for often.
    /// </summary>
    internal static TimeSpan HideFor(TimeSpan age) => TimeSpan.FromTicks(Math.Clamp(age.Ticks, LookAgainFor.Ticks, HideAtMost.Ticks));

    /// <summary>
    /// Reads the rows. A queue message is put before its ledger row, so a missing row gets two seconds to appear; only a
    /// quarter of a second if other rows are present, which wait for it.
    /// </summary>
    private async Task<IReadOnlyDictionary<EmailId, LedgerRow>> ReadAsync(IReadOnlyList<NamedAttempt> mails, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var pause = FirstLookAgain; ; pause *= 2)
        {
            var rows = await _ledger.ReadManyAsync([.. mails.Select(mail => mail.Id)], cancellationToken);
            if (mails.All(mail => rows.ContainsKey(mail.Id)) || _clock.GetElapsedTime(started) >= (rows.Count == 0 ? LookAgainFor : LookAgainForSome))
                return rows;
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }
}
