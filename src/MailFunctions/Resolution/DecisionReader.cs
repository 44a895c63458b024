using MailFunctions.Http;
using MailFunctions.Ledger;
using MailFunctions.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Resolution;

/// <summary>Reads what a person decides, and finds everything that is wrong with it.</summary>
internal static class DecisionReader
{
    private const int MaxValues = 20;
    private const int WordChars = 256;

    /// <returns><c>sent</c>, <c>not_sent</c> or <c>retry</c>.</returns>
    public static async Task<OrProblem<string>> ReadOneAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;

        var (root, errors) = document.Value;
        var fields = RequestFields.Of(root, errors, "as");
        var value = fields?.Required("as");
        var text = fields?.Text(value, WordChars);
        if (text is not (null or "sent" or "not_sent" or "retry"))
            errors.Add(value!, $"must be sent, not_sent or retry, not {ErrorList.Quote(text)}");
        return text is null || errors.Any ? errors.ToProblem() : text;
    }

    public static async Task<OrProblem<BulkDecision>> ReadManyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;

        var (root, errors) = document.Value;
        if (RequestFields.Of(root, errors, "state", "lane", "dry_run") is not { } fields)
            return errors.ToProblem();
        var decision = new BulkDecision(ReadState(fields.Required("state"), errors), ReadLane(fields.Optional("lane"), errors), fields.Flag("dry_run", byDefault: true));
        return errors.Any ? errors.ToProblem() : decision;
    }

    private static EmailState ReadState(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return default;

        switch (text)
        {
            case "dead":
                return EmailState.Dead;
            case "uncertain":
                return EmailState.Uncertain;
            default:
                errors.Add(value, $"must be dead or uncertain, the states that await a person, not {ErrorList.Quote(text)}");
                return default;
        }
    }

    private static Lane? ReadLane(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return null;
        if (!LaneNames.TryParse(text, out var lane))
            errors.Add(value, $"must be {LaneNames.Transactional} or {LaneNames.Bulk}, not {ErrorList.Quote(text)}");
        return lane;
    }
}

/// <param name="Lane">Null for both.</param>
/// <param name="DryRun">True unless the caller says otherwise.</param>
internal sealed record BulkDecision(EmailState State, Lane? Lane, bool DryRun);
