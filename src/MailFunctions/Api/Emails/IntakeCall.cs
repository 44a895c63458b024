using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;

namespace MailFunctions.Api.Emails;

/// <summary>A call that submits mail: its limits, and what it does at each step of the <see cref="RequestPipeline"/>.</summary>
internal sealed record IntakeCall
{
    /// <summary>The caller who submits it.</summary>
    public required Caller Caller { get; init; }

    /// <summary>Identifies the call, since the same idempotency key may be used with several.</summary>
    public required string Operation { get; init; }

    /// <summary>The most JSON values that its body may hold.</summary>
    public required int MaxValues { get; init; }

    /// <summary>True when a file may also be given as an array of bytes, not only in base64.</summary>
    public bool TakesBytes { get; init; }

    /// <summary>True when its mails may name files of the configured container; otherwise no file is looked up there.</summary>
    public bool NamesFiles { get; init; } = true;

    /// <summary>Reads the body in the dialect of the call.</summary>
    public required SubmissionReader Read { get; init; }

    /// <summary>Commits the mail.</summary>
    public required MailAcceptor Accept { get; init; }

    /// <summary>Writes the body of the answer.</summary>
    public required Func<AcceptedMail, byte[]> Answer { get; init; }

    /// <summary>Makes a reader of a body with one mail, which is not read again when an earlier try has accepted it.</summary>
    public static SubmissionReader ReaderOfOne(Func<RequestDocument, DateTimeOffset, RequestLookups, OrProblem<Submission>> read) => (document, now, lookups, accepted) =>
        accepted.Count > 0 ? new Submission([], new ErrorList()) { Accepted = accepted } : read(document, now, lookups);
}

/// <summary>Reads and validates a body.</summary>
/// <param name="now">The time against which its times are validated.</param>
/// <param name="lookups">The templates and files that it names.</param>
/// <param name="accepted">The mails accepted by an earlier try: not validated again, and part of the result.</param>
internal delegate OrProblem<Submission> SubmissionReader(
    RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted);

/// <summary>Commits mail durably.</summary>
/// <param name="entry">The entry of the request's idempotency key; null without one.</param>
internal delegate Task<AcceptedMail> MailAcceptor(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken);
