using MailFunctions.Http;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Keys.Quotas;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>
/// Accepts what the quotas of the key, the sender domains and the app have room for: a submission is judged whole. Mail that
/// an earlier try of the request has accepted was charged then.
/// </summary>
internal sealed class SubmissionQuota(QuotaGate gate, VolumeWatch watch, TimeProvider clock)
{
    public async Task<OrProblem<AcceptedMail>> AcceptAsync(
        HttpRequest request, IntakeCall call, Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var holders = call.Caller.Quotas();
        var decision = gate.Concerns(holders)
            ? await gate.ChargeAsync(new QuotaDemand(holders, [.. submission.Drafts.Select(CostOf)]), cancellationToken)
            : QuotaDecision.Free;
        if (decision.Standing is { } standing)
            RateLimitHeaders.Write(request.HttpContext.Response, standing, clock.GetUtcNow());
        if (decision.Refusal is { } refusal)
            return QuotaProblems.Of(refusal);

        var charged = decision.Marks is { } marks
            ? submission with { Drafts = [.. submission.Drafts.Zip(marks, (draft, mark) => draft with { Quota = mark.ToString() })] }
            : submission;
        try
        {
            var mail = await call.Accept(charged, entry, cancellationToken);
            foreach (var key in call.Caller.Keys)
                watch.Accepted(key.Id, submission.Drafts.Sum(draft => (long)draft.Recipients().Count));
            return mail;
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !submission.Progress.MayBeCommitted)
        {
            // After a cancellation, the group that the mail is part of may still commit it.
            decision.GiveBack();
            throw;
        }
    }

    private static MailCost CostOf(EmailDraft draft) =>
        new(draft.Content.From.Domain, new Volume(1, draft.Recipients().Count, draft.Bytes));
}
