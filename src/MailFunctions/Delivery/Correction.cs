using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>
/// Corrects a mail whose attempt was recorded as uncertain when its lease ran out, and whose worker learned the outcome
/// after all (rule 4). Pure.
/// </summary>
internal static class Correction
{
    /// <summary>True if the worker's own event knows more about some recipient than the stored uncertain event.</summary>
    public static bool IsKnown(EmailEvent known, EmailEvent standing)
    {
        var news = known.Recipients.ToDictionary(recipient => recipient.Mailbox, recipient => recipient.Status, StringComparer.Ordinal);
        // A recipient that the worker's event leaves out was never addressed: the attempt did not begin.
        return Lost(standing).Any(mailbox => !news.TryGetValue(mailbox, out var status) || status != RecipientStatus.Uncertain);
    }

    /// <summary>
    /// True if the claim is the row's latest, no call or timer has ended the mail since, and nothing was purged: erased
    /// data is not written again.
    /// </summary>
    /// <param name="row">The row as stored.</param>
    /// <param name="claimed">The row as the worker claimed it. Another worker may have claimed an attempt of the same number.</param>
    public static bool IsOpenTo(LedgerRow row, LedgerRow claimed) =>
        row.Attempt == claimed.Attempt
        && row.LastWorker == claimed.LastWorker
        && !row.Corrected.Contains(claimed.Attempt)
        && (row.Ending is null || row.State.AwaitsPerson())
        && row.ContentPurgedAt is null
        && Transitions.IsLegalCorrection(row.State, EmailState.Sent);

    /// <summary>Returns the row with the known outcome in place of the loss.</summary>
    /// <param name="row">The row as stored, for which <see cref="IsOpenTo"/> is true.</param>
    /// <param name="claimed">The row as the worker claimed it.</param>
    /// <param name="standing">The stored, uncertain event.</param>
    /// <param name="known">The event that the worker would have recorded.</param>
    public static LedgerRow Apply(LedgerRow row, LedgerRow claimed, EmailEvent standing, EmailEvent known)
    {
        var lost = Lost(standing).ToHashSet(StringComparer.Ordinal);
        var after = Projection.Recipients(claimed, known).Where(recipient => lost.Contains(recipient.Mailbox)).ToDictionary(recipient => recipient.Mailbox, StringComparer.Ordinal);
        Recipient[] recipients =
        [
            // A recipient suppressed since then stays suppressed, unless it is settled.
            .. row.Recipients.Select(recipient => after.TryGetValue(recipient.Mailbox, out var told) && !(recipient.IsSuppressed && told.IsOpen) ? told : recipient),
        ];
        var due = Later(row.State.IsOpen() ? row.DueAt ?? known.At : null, known.NextDue);
        var goesOn = recipients.Any(recipient => recipient.IsOpen) && due < row.ExpiresAt;
        var state = goesOn ? EmailState.Deferred : OutcomeRules.Settled(recipients);
        var came = row.Ending is null ? row : Suppressor.MarkReported(row with { Recipients = recipients }).WithEnding(null);
        return came with
        {
            State = Transitions.RequireCorrection(row.State, state),
            Recipients = row.Ending is null ? recipients : came.Recipients,
            Corrected = [.. row.Corrected, known.Attempt],
            DueAt = goesOn ? due : null,
            Waits = 0,
            Reason = known.Reason,
            WaitingFor = goesOn ? known.WaitingFor ?? row.WaitingFor : null,
            EndedAt = state.IsOpen() ? null : known.At,
            Bytes = known.Bytes > 0 ? known.Bytes : row.Bytes,
        };
    }

    /// <summary>The event that replaces the uncertain one, once the row that <see cref="Apply"/> made is written.</summary>
    public static EmailEvent EventOf(LedgerRow corrected, EmailEvent known) => known with
    {
        Key = known.Key.OfCorrection(),
        Kind = EventKind.Correction,
        State = corrected.State.IsOpen() ? EmailState.Deferred : corrected.State,
        NextDue = corrected.State.IsOpen() ? corrected.DueAt : null,
        WaitingFor = corrected.State.IsOpen() ? corrected.WaitingFor : null,
        Reason = $"Its worker told the outcome after its lease had run out; until then it counted as uncertain. {known.Reason}".TrimEnd(),
        Token = WriteToken.New(),
    };

    /// <summary>The same event made from the row alone, for a worker that finds it missing; null if the last attempt has none.</summary>
    public static EmailEvent? EventOf(LedgerRow row, DateTimeOffset now)
    {
        if (!row.Corrected.Contains(row.Attempt) || row.State == EmailState.Sending)
            return null;

        // A mail that was ended since then was open: its ending has an event of its own.
        var corrected = row.Ending is null ? row : row with { State = EmailState.Deferred, DueAt = null };
        return EventOf(corrected, new EmailEvent
        {
            Key = row.EventOfAttempt(row.Attempt),
            Id = row.Id,
            Kind = EventKind.Attempt,
            Attempt = row.Attempt,
            At = row.EndedAt ?? now,
            Lane = row.Lane,
            Relay = row.Relay,
            SendableAt = row.SendableAt,
            Bytes = row.Bytes,
            Tags = row.Tags,
            Recipients = [.. row.Recipients.Where(recipient => recipient.Attempt == row.Attempt)],
            State = corrected.State,
            Reason = row.Reason,
            Token = WriteToken.New(),
        });
    }

    private static IEnumerable<string> Lost(EmailEvent standing) =>
        standing.Recipients.Where(recipient => recipient.Status == RecipientStatus.Uncertain).Select(recipient => recipient.Mailbox);

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
