using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;

namespace MailFunctions.Api.Emails;

/// <summary>A call that submits mail.</summary>
internal abstract class IntakeCall
{
    /// <summary>Identifies the call, since the same idempotency key may be used with several.</summary>
    public abstract string Operation { get; }

    /// <summary>The most JSON values that its body may hold.</summary>
    public abstract int MaxValues { get; }

    /// <summary>True when a file may also be given as an array of bytes, not only in base64.</summary>
    public virtual bool TakesBytes => false;

    /// <summary>True when its mails may name files of the configured container; otherwise no file is looked up there.</summary>
    public virtual bool NamesFiles => true;

    /// <param name="now">The time against which its times are validated.</param>
    /// <param name="lookups">The templates and files that it names.</param>
    /// <param name="accepted">The mails accepted by an earlier try: not validated again, and part of the result.</param>
    public abstract OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted);

    /// <returns>The body of the answer.</returns>
    public abstract Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken);
}
