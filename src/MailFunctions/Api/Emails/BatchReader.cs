using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Reports the progress of the emails of one batch.</summary>
public sealed class BatchReader
{
    private readonly BatchIndex _batches;
    private readonly EmailLedger _ledger;

    internal BatchReader(BatchIndex batches, EmailLedger ledger) => (_batches, _ledger) = (batches, ledger);

    public async Task<IResult> ReadAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var batchId) || await _batches.ReadAsync(batchId, cancellationToken) is not { } batch)
            return NotFound();

        var rows = (await _ledger.ReadManyWithoutContentAsync(batch.Emails, cancellationToken)).Where(row => caller.Sees(row.Value)).ToDictionary();
        if (rows.Count == 0 && !caller.SeesAll)
            return NotFound();
        BatchedEmail[] emails = [.. batch.Emails.Where(rows.ContainsKey).Select(email => new BatchedEmail(email.ToString(), rows[email].State.Name()))];
        var counts = emails.CountBy(email => email.Status).OrderBy(count => count.Key, StringComparer.Ordinal).ToDictionary();
        return new JsonResult<BatchAnswer>(
            new(id, rows.Values.Select(row => row.AcceptedAt).DefaultIfEmpty(batchId.MintedAt).Min(), emails.Length, counts, emails),
            ContractsJson.Default.BatchAnswer);
    }

    private static IResult NotFound() => Problem.NotFound("There is no batch of this id.").ToResult();
}
