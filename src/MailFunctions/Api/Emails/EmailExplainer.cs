using System.Globalization;
using MailFunctions.Domains;
using MailFunctions.Domains.Watch;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Pauses;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary><c>GET emails/{id}/explain</c>: one sentence and the facts on why a mail is not sent yet, or what happened to it.</summary>
public sealed class EmailExplainer
{
    private readonly EmailLedger _ledger;
    private readonly StorageClients _storage;
    private readonly RelayOutlook _outlook;
    private readonly PauseList _pauses;
    private readonly SuppressionOutlook _suppressions;
    private readonly KeptChecks _checks;
    private readonly TimeProvider _clock;

    internal EmailExplainer(
        EmailLedger ledger, StorageClients storage, RelayOutlook outlook, PauseList pauses, SuppressionOutlook suppressions, KeptChecks checks, TimeProvider clock) =>
        (_ledger, _storage, _outlook, _pauses, _suppressions, _checks, _clock) = (ledger, storage, outlook, pauses, suppressions, checks, clock);

    public async Task<IResult> ExplainAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var emailId)
            || await _ledger.ReadAsync(emailId, cancellationToken) is not { } row
            || row.State == EmailState.Void
            || !caller.Sees(row))
        {
            return Problem.NotFound("There is no email of this id.").ToResult();
        }

        var now = _clock.GetUtcNow();
        int? depth = row.State.IsOpen()
            ? (await _storage.Queue(row.Lane).GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount
            : null;
        // An attempt under way has its relay, and a settled mail needs none.
        var relays = row.State.IsOpen() && row.State != EmailState.Sending ? await _outlook.ReadAsync(row, cancellationToken) : null;
        var passedOver = relays is null ? null : _outlook.PassedOver(row);
        var pause = row.State.IsOpen() ? (await _pauses.CurrentAsync(cancellationToken)).Find(row, now) : null;
        var findings = await SenderFindingsAsync(row, cancellationToken);
        var answer = new ExplainAnswer(
            id,
            row.State.Name(),
            $"{PausedOr(Sentence(row, now, depth ?? 0, relays, passedOver), row, pause)}{SentenceOf(findings, row)} {await _suppressions.SentenceAsync(row, cancellationToken)}".TrimEnd(),
            row.Attempt,
            row.State.IsOpen() ? row.DueAt : null,
            row.State.IsOpen() ? row.ExpiresAt : null,
            row.Claim?.LeaseUntil,
            row.Claim?.Relay,
            row.Waits,
            row.Faults,
            row.Reason,
            depth,
            relays,
            passedOver)
        {
            WaitingFor = WaitReasons.Of(row)?.Name(),
            ReturnPath = relays is null ? null : _outlook.ReturnPath(row),
            SigningDomain = relays is null ? null : _outlook.SigningDomain(row),
            SenderFindings = findings,
        };
        return new JsonResult<ExplainAnswer>(answer, ContractsJson.Default.ExplainAnswer);
    }

    /// <summary>Reads what fails in the kept check of the sender's domain, if a reply asks for it. Nothing is asked of DNS.</summary>
    private async Task<IReadOnlyList<SenderFinding>?> SenderFindingsAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (!(AuthenticationReply.IsNamedIn(row.Reason) || row.Recipients.Any(recipient => recipient.Reply is { } reply && AuthenticationReply.Is(reply)))
            || await _checks.FindAsync(row.SenderDomain, cancellationToken) is not { } check)
        {
            return null;
        }
        var failing = check.Failing.Select(finding => new SenderFinding(finding.Check, finding.Name, finding.Status, finding.Found, check.CheckedAt)).ToList();
        return failing.Count > 0 ? failing : null;
    }

    private static string SentenceOf(IReadOnlyList<SenderFinding>? findings, LedgerRow row) => findings is null
        ? ""
        : $" The receiver's reply is about the sender's domain, whose check at {Time(findings[0].CheckedAt)} found: {string.Join(" ", findings.Select(finding => finding.Found))} GET domains/{row.SenderDomain}/check has the records to publish.";

    /// <summary>Adds what stops the mail now, unless its row says so already.</summary>
    private static string PausedOr(string sentence, LedgerRow row, Pause? pause) =>
        pause is null || row.Reason == pause.Sentence() ? sentence : $"{sentence} {pause.Sentence()}";

    private static string Sentence(LedgerRow row, DateTimeOffset now, int depth, IReadOnlyList<RelayAnswer>? relays, IReadOnlyList<PassedOverRelay>? passedOver)
    {
        var sentence = Sentence(row, now, depth);
        if (relays is null)
            return sentence;
        var inTheWay = RelayOutlook.Sentence(relays);
        return string.Join(' ', new[] { sentence, inTheWay, RelayOutlook.Sentence(relays, passedOver, inTheWay is not null || row.Waits > 0) }.OfType<string>());
    }

    /// <summary>Writes the explanation for a person.</summary>
    internal static string Sentence(LedgerRow row, DateTimeOffset now, int depth)
    {
        var because = row.Reason is { } reason ? $" {reason.TrimEnd('.')}." : "";
        var done = row.Recipients.Count(recipient => recipient.Status == RecipientStatus.Sent);
        return row.State switch
        {
            EmailState.Scheduled => $"It is scheduled for {Time(row.DueAt)}.",
            EmailState.Queued when row.DueAt is null || row.DueAt <= now =>
                Invariant($"It waits in the {row.Lane.Name()} lane, whose queue holds about {depth} messages, hidden ones included."),
            EmailState.Sending when row.Claim?.LeaseUntil <= now =>
                Invariant($"Attempt {row.Attempt} lost its worker at {Time(row.Claim.LeaseUntil)}; it is settled as soon as its queue message is seen again."),
            EmailState.Sending => Invariant($"Attempt {row.Attempt} is under way at relay {row.Claim?.Relay}."),
            EmailState.Deferred or EmailState.Queued when row.DueAt > now => Invariant($"It is tried again at {Time(row.DueAt)}; attempts so far: {row.Attempt}.{because}"),
            EmailState.Deferred or EmailState.Queued => Invariant($"It has been due since {Time(row.DueAt)} and waits in the {row.Lane.Name()} lane, whose queue holds about {depth} messages.{because}"),
            EmailState.Uncertain => $"Nobody can know whether the last attempt delivered it, and its policy is to hold: resolve it via the API.{because}",
            EmailState.Dead => Invariant($"Our own processing failed {row.Faults} times: requeue or discard it via the API.{because}"),
            EmailState.Sent => Invariant($"Every recipient was accepted by {Time(row.EndedAt)}, in attempt {row.Attempt}."),
            EmailState.Partial => Invariant($"{done} of {row.Recipients.Count} recipients were accepted.{because}"),
            EmailState.Failed => $"No recipient was accepted.{because}",
            EmailState.Expired => Invariant($"Its time was over at {Time(row.ExpiresAt)}, with {done} of {row.Recipients.Count} recipients accepted.{because}"),
            _ => $"It is {row.State.Name()}.{because}",
        };

        static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("u", CultureInfo.InvariantCulture) ?? "an unknown time";
}
