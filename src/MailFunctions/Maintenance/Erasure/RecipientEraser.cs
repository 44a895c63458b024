using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Maintenance.Erasure;

/// <summary>
/// <c>POST recipients/erase</c>: searches the whole ledger for mail to one address, a part with each call, and erases
/// the recipient. The address is sent in the body, since logs of all kinds repeat URLs.
/// </summary>
public sealed class RecipientEraser
{
    /// <summary>The age of an id from which no mail that shares its blobs can still be accepted beside it (rule 1).</summary>
    private static readonly TimeSpan UntilCommitted = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly LedgerScan _scan;
    private readonly OccupiedMinutes _minutes;
    private readonly MailEraser _eraser;
    private readonly SuppressionTable _suppressions;
    private readonly SuppressionWriter _writer;
    private readonly FailureCounts _failures;
    private readonly TimeProvider _clock;
    private readonly ILogger<RecipientEraser> _logger;

    internal RecipientEraser(
        LedgerScan scan, OccupiedMinutes minutes, MailEraser eraser, SuppressionTable suppressions, SuppressionWriter writer, FailureCounts failures, TimeProvider clock, ILogger<RecipientEraser> logger) =>
        (_scan, _minutes, _eraser, _suppressions, _writer, _failures, _clock, _logger) = (scan, minutes, eraser, suppressions, writer, failures, clock, logger);

    public async Task<IResult> EraseAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var read = await ErasureRequest.ReadAsync(request, cancellationToken);
        if (!read.Succeeded)
            return read.Problem.ToResult();
        if (!caller.SeesRecipient(read.Value.Address))
            return Problem.RestrictedApiKey("The address is not among the recipients that it is limited to.").ToResult();

        var answer = await EraseAsync(read.Value, cancellationToken);
        if (!answer.DryRun)
            _logger.Erased(answer.Erased, answer.Open);
        return new JsonResult<ErasureAnswer>(answer, ContractsJson.Default.ErasureAnswer);
    }

    private async Task<ErasureAnswer> EraseAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        if (!request.DryRun)
            await _failures.ForgetAsync(SuppressionKey.Of(request.Address), cancellationToken);
        var suppressed = await SuppressedAsync(request, cancellationToken);
        var sought = MailboxForm.Comparable(request.Address);
        var through = _clock.GetUtcNow() - UntilCommitted;
        // Includes the minute itself: mail in its first part is old enough.
        var from = request.After?.From ?? await _minutes.FirstOfMailAsync(DateTimeOffset.UnixEpoch, through + Minute, cancellationToken) ?? through;
        var (end, width) = (request.After?.Before ?? EmailId.FirstFrom(through), request.After?.Width ?? ScanWidth.First);
        var (floor, budget) = (EmailId.FirstFrom(from), new ScanBudget(_clock));
        var (matched, erased, open, unreadable) = (0, 0, 0, 0);
        await foreach (var look in _scan.LookAsync(floor, end, width, budget, cancellationToken))
        {
            unreadable += look.Unreadable;
            foreach (var row in look.Rows.Where(row => Erased.Names(row, sought)))
            {
                // The budget is checked only after a mail is handled, so that every call makes progress.
                matched++;
                if (request.DryRun)
                    open += row.State.IsFinal() ? 0 : 1;
                else
                    Count(await _eraser.EraseAsync(row, sought, request.CancelOpen, cancellationToken));
                if (budget.IsSpent)
                    return Answer(row.Id, look.Width);
            }

            (end, width) = (look.Start, look.Width);
        }

        return Answer(end, width);

        void Count(ErasureResult erasure)
        {
            erased += erasure == ErasureResult.Done ? 1 : 0;
            open += erasure == ErasureResult.Open ? 1 : 0;
            unreadable += erasure == ErasureResult.Unreadable ? 1 : 0;
        }

        ErasureAnswer Answer(EmailId before, ScanWidth next)
        {
            var isComplete = before <= floor;
            return new(request.DryRun, matched, erased, open, unreadable, suppressed, through, isComplete, isComplete ? null : new ScanCursor(before, from, next).ToString());
        }
    }

    private async Task<bool> SuppressedAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        var keys = await _suppressions.AllKeysAsync(request.Address, cancellationToken);
        if (keys.Count == 0)
            return false;
        if (request.DryRun)
            return true;
        if (request.DeleteSuppression)
        {
            await _writer.RemoveAsync(keys, cancellationToken);
            return false;
        }

        // An entry that the app stored itself belongs to the mail that is erased; that of a caller keeps mail from the address.
        var stays = false;
        foreach (var key in keys)
            stays |= !await _writer.RemoveAutomaticAsync(key, _clock.GetUtcNow(), cancellationToken);
        return stays;
    }
}
