using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary><c>POST emails/batch</c>.</summary>
/// <param name="permissive">Leaves invalid emails out; otherwise one invalid email refuses all.</param>
internal sealed class SubmitBatchCall(BatchRequest request, bool permissive, Acceptance acceptance, ILogger logger) : IntakeCall
{
    private const string Header = ApiHeaders.BatchValidation;

    public override string Operation => permissive ? "emails/batch permissive" : "emails/batch";

    public override int MaxValues => EmailLimits.BatchJsonValues;

    /// <summary>Reads the validation mode: strict, unless the header selects another.</summary>
    public static bool TryReadMode(HttpRequest request, out bool permissive, out Problem? problem)
    {
        var text = request.Headers[Header].ToString();
        permissive = text.Equals("permissive", StringComparison.OrdinalIgnoreCase);
        problem = text.Length == 0 || permissive || text.Equals("strict", StringComparison.OrdinalIgnoreCase)
            ? null
            : Problem.Validation([new ProblemError($"takes strict or permissive, not {ErrorList.Quote(text)}", Parameter: Header)]);
        return problem is null;
    }

    public override OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted) =>
        request.Parse(document, new BatchTerms(permissive) { Accepted = accepted }, now, lookups);

    public override async Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var (batch, rows) = await acceptance.AcceptBatchAsync(submission, entry, cancellationToken);
        logger.AcceptedBatch(batch.ToString(), rows.Length);
        return AcceptedAnswers.Of(batch, rows, submission.Faults);
    }

    public static string LocationOf(HttpRequest request, string id)
    {
        var path = $"{request.PathBase}{request.Path}";
        var end = path.LastIndexOf("/emails/batch", StringComparison.OrdinalIgnoreCase);
        return $"{(end < 0 ? "" : path[..end])}/batches/{id}";
    }
}
