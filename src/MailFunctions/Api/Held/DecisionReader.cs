using System.Globalization;
using System.Text.RegularExpressions;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Held;

/// <summary>Reads an operator's decision, and collects all errors in it.</summary>
internal static partial class DecisionReader
{
    private const int MaxValues = 20;
    private const int WordChars = 256;

    private static readonly EmailState[] Requeued = [EmailState.Dead, EmailState.Uncertain, EmailState.Failed, EmailState.Expired, EmailState.Partial];
    private static readonly EmailState[] Discarded = [EmailState.Dead, EmailState.Uncertain];

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

    /// <param name="requeue">Whether the mails are to be sent again, rather than discarded.</param>
    public static async Task<OrProblem<BulkDecision>> ReadManyAsync(HttpRequest request, bool requeue, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;

        var (root, errors) = document.Value;
        if (RequestFields.Of(root, errors, "state", "lane", "from", "to", "batch", "relay", "code", "enhanced_code", "after", "dry_run") is not { } fields)
            return errors.ToProblem();
        var query = new EmailListQuery
        {
            States = ReadState(fields.Required("state"), requeue, errors) is { } state ? new HashSet<EmailState> { state } : [],
            Lane = ReadLane(fields.Optional("lane"), errors),
            From = RequestInstant.ReadBound(fields.Optional("from"), errors),
            To = RequestInstant.ReadBound(fields.Optional("to"), errors),
            Batch = ReadBatch(fields.Optional("batch"), errors),
            Relay = ReadRelay(fields.Optional("relay"), errors),
            Reply = ReadReply(fields.Optional("code"), fields.Optional("enhanced_code"), errors),
        };
        if (query.From >= query.To)
            errors.Add(fields.Optional("from")!, "must be before to");
        var decision = new BulkDecision(query, fields.Flag("dry_run", byDefault: true));
        var after = fields.Optional("after");
        if (fields.Text(after, WordChars) is { } text && !decision.TryGoOn(text, out decision))
            errors.Add(after!, "must be what the call before gave as after, with the same filters");
        return errors.Any ? errors.ToProblem() : decision;
    }

    private static EmailState? ReadState(RequestValue? value, bool requeue, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return null;

        var states = requeue ? Requeued : Discarded;
        var found = Array.FindIndex(states, state => state.Name() == text);
        if (found >= 0)
            return states[found];
        errors.Add(value, $"must be {Enumerate(states)}, not {ErrorList.Quote(text)}");
        return null;
    }

    private static string Enumerate(EmailState[] states) =>
        $"{string.Join(", ", states[..^1].Select(state => state.Name()))} or {states[^1].Name()}";

    private static EmailId? ReadBatch(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return null;
        if (EmailId.TryParse(text, out var id))
            return id;
        errors.Add(value, "must be the id of a batch");
        return null;
    }

    private static string? ReadRelay(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return null;
        if (text.Length == 0)
            errors.Add(value, "must be the name of a relay");
        return text;
    }

    /// <summary>
    /// Reads the filter by reply: codes have three digits (RFC 5321 section 4.2), enhanced codes three numbers (RFC 3463
    /// section 2).
    /// </summary>
    private static ReplyFilter? ReadReply(RequestValue? code, RequestValue? enhanced, ErrorList errors)
    {
        int? number = null;
        if (code is not null)
        {
            if (!code.IsString && int.TryParse(code.Raw.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read is 0 or (>= 400 and <= 599))
                number = read;
            else
                errors.Add(code, "must be a reply code, a number from 400 to 599, or 0 for no reply");
        }

        var text = enhanced is null ? null : RequestFields.ReadText(enhanced, WordChars, errors);
        if (text is not null && !EnhancedCode().IsMatch(text))
            errors.Add(enhanced!, $"must be an enhanced status code such as 5.4.5, not {ErrorList.Quote(text)}");
        return code is null && enhanced is null ? null : new ReplyFilter(number, text);
    }

    private static Lane? ReadLane(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, WordChars, errors) is not { } text)
            return null;
        if (!LaneNames.TryParse(text, out var lane))
            errors.Add(value, $"must be {LaneNames.Transactional} or {LaneNames.Bulk}, not {ErrorList.Quote(text)}");
        return lane;
    }

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex EnhancedCode();
}
