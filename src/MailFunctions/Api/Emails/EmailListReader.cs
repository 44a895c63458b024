using MailFunctions.Http;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Reads the parameters of <c>GET emails</c>, and reports every error at once.</summary>
internal static class EmailListReader
{
    public static readonly string[] Known = ["state", "lane", "tag", "recipient", "recipient_hash", "relay", "batch", "from", "to", "limit", "after"];

    private static readonly EmailState[] States = [.. Enum.GetValues<EmailState>().Where(state => state != EmailState.Void)];

    /// <returns>The query, or null when there is an error.</returns>
    public static (EmailListQuery? Query, IReadOnlyList<ProblemError> Errors) Read(IQueryCollection collection)
    {
        var parameters = new QueryParameters(collection, Known);
        var query = new EmailListQuery
        {
            States = ReadStates(parameters),
            Lane = parameters.One("lane", "must be transactional or bulk", text => LaneNames.TryParse(text, out var lane) ? lane : (Lane?)null),
            Tag = ReadTag(parameters),
            Recipient = ReadRecipient(parameters),
            RecipientHash = ReadRecipientHash(parameters),
            Relay = parameters.One("relay"),
            Batch = parameters.One("batch", "must be the id of a batch", text => EmailId.TryParse(text, out var id) ? id : (EmailId?)null),
            From = parameters.Time("from"),
            To = parameters.Time("to"),
            Limit = parameters.Number("limit", EmailListQuery.MaxLimit) ?? EmailListQuery.DefaultLimit,
        };
        if (query.From >= query.To)
            parameters.Refuse("from", "must be before to");

        query = WithAfter(query, parameters);
        return parameters.Errors.Count > 0 ? (null, parameters.Errors) : (query, []);
    }

    /// <summary>Reads the cursor. There are two kinds of lists, each with its own cursors.</summary>
    private static EmailListQuery WithAfter(EmailListQuery query, QueryParameters parameters)
    {
        if (parameters.One("after") is not { } text)
            return query;
        ScanCursor? scan = null;
        HeldCursor? held = null;
        if (query.AwaitsPerson ? !HeldCursor.TryParse(text, out held) : !ScanCursor.TryParse(text, out scan))
            parameters.Refuse("after", "must be what the page before gave as after, with the same filters");
        return query with { AfterScan = scan, AfterHeld = held };
    }

    private static HashSet<EmailState> ReadStates(QueryParameters parameters)
    {
        var names = parameters.One("state")?.Split(',') ?? [];
        var states = States.Where(state => names.Contains(state.Name())).ToHashSet();
        if (names.Except(states.Select(state => state.Name())).Any())
            parameters.Refuse("state", $"must be one or more of these, separated by commas: {string.Join(", ", States.Select(state => state.Name()))}");
        return states;
    }

    private static Tag? ReadTag(QueryParameters parameters)
    {
        if (parameters.One("tag") is not { } text)
            return null;
        if (text.Split(':') is [{ Length: > 0 } name, { Length: > 0 } value])
            return new Tag(name, value);
        parameters.Refuse("tag", "must be a name and a value with a colon between, such as kind:order");
        return null;
    }

    /// <summary>Reads the recipient. An unescaped plus in the URL arrives as a space, which no address contains.</summary>
    private static string? ReadRecipient(QueryParameters parameters)
    {
        if (parameters.One("recipient") is not { } text)
            return null;
        if (AddressParser.TryParse(text.Contains('<', StringComparison.Ordinal) ? text : text.Replace(' ', '+'), out var address, out var fault))
            return RecipientHash.Normalise(address.Mailbox);
        parameters.Refuse("recipient", fault);
        return null;
    }

    private static string? ReadRecipientHash(QueryParameters parameters)
    {
        if (parameters.One("recipient_hash") is not { } text)
            return null;
        if (text.Length == RecipientHash.Length && text.All(char.IsAsciiHexDigit))
            return text.ToLowerInvariant();
        parameters.Refuse("recipient_hash", FormattableString.Invariant($"must be the SHA-256 of an address in lower case, as {RecipientHash.Length} hexadecimal digits"));
        return null;
    }
}
