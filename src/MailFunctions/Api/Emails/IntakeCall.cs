using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;

namespace MailFunctions.Api.Emails;

/// <summary>One of the ways to hand in mail.</summary>
internal abstract class IntakeCall
{
    /// <summary>Tells it apart from the others where the same idempotency key came to several.</summary>
    public abstract string Operation { get; }

    /// <summary>JSON values that its body may hold.</summary>
    public abstract int MaxValues { get; }

    /// <summary>A file may come as an array of its bytes, and not in base64 alone.</summary>
    public virtual bool TakesBytes => false;

    /// <summary>Its mails may name files of the configured container; else nothing is ever looked up there.</summary>
    public virtual bool NamesFiles => true;

    /// <param name="now">What the times in it are compared with.</param>
    /// <param name="lookups">Of what it names.</param>
    /// <param name="accepted">By an earlier try: judged no more, and part of the result.</param>
    public abstract OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted);

    /// <returns>The body of the answer.</returns>
    public abstract Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken);
}
