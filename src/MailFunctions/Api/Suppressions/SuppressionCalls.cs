using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Suppressions;

/// <summary>The calls that maintain the suppression list.</summary>
public sealed class SuppressionCalls
{
    private const int DefaultPage = 100;
    private const int MaxPage = 1000;
    private const int MaxWalked = 10 * MaxPage;

    private static readonly string[] Parameters = ["reason", "scope", "topic", "limit", "after"];

    private static readonly string[] OfOne = ["topic"];

    private readonly SuppressionTable _table;
    private readonly SuppressionWriter _book;
    private readonly SuppressionCapacity _room;
    private readonly SuppressionRequestReader _reader;
    private readonly TimeProvider _clock;

    internal SuppressionCalls(SuppressionTable table, SuppressionWriter book, SuppressionCapacity room, TimeProvider clock) =>
        (_table, _book, _room, _reader, _clock) = (table, book, room, new SuppressionRequestReader(clock), clock);

    /// <summary><c>PUT suppressions/{address}</c>: adds an entry, or replaces the existing one.</summary>
    public async Task<IResult> PutAsync(string address, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var known = ReadAddress(address, caller);
        if (!known.Succeeded)
            return known.Problem.ToResult();
        var entry = await _reader.ReadEntryAsync(known.Value, request, cancellationToken);
        if (!entry.Succeeded)
            return entry.Problem.ToResult();
        if (!await _room.TakeAsync(1, _room.Bounds.Single, cancellationToken) && (await _table.KeysAsync(known.Value, entry.Value.Topic, cancellationToken)).Count == 0)
            return Problem.WrongParameters([new ProblemError(Full(_room.Bounds.Single), Parameter: "address")]).ToResult();

        await _book.PutAsync([entry.Value], cancellationToken);
        return Answer(entry.Value);
    }

    /// <summary><c>GET suppressions/{address}?topic</c>.</summary>
    public async Task<IResult> ReadAsync(string address, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var known = ReadAddress(address, caller);
        if (!known.Succeeded)
            return known.Problem.ToResult();
        var parameters = new QueryParameters(request.Query, OfOne);
        var topic = ReadTopic(parameters);
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var now = _clock.GetUtcNow();
        var entry = (await _table.FindAsync(known.Value, topic, cancellationToken)).FirstOrDefault(entry => entry.IsInForce(now));
        return entry is null ? NotFound() : Answer(entry);
    }

    /// <summary><c>DELETE suppressions/{address}?topic</c>.</summary>
    public async Task<IResult> DeleteAsync(string address, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var known = ReadAddress(address, caller);
        if (!known.Succeeded)
            return known.Problem.ToResult();
        var parameters = new QueryParameters(request.Query, OfOne);
        var topic = ReadTopic(parameters);
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var keys = await _table.KeysAsync(known.Value, topic, cancellationToken);
        if (keys.Count == 0)
            return NotFound();

        await _book.RemoveAsync(keys, cancellationToken);
        return Results.NoContent();
    }

    /// <summary><c>POST suppressions</c>: up to 10,000 addresses; one error refuses all.</summary>
    public async Task<IResult> ImportAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var entries = await _reader.ReadImportAsync(request, cancellationToken);
        if (!entries.Succeeded)
            return entries.Problem.ToResult();
        if (entries.Value.FirstOrDefault(entry => !caller.SeesRecipient(entry.Address)) is not null)
            return NotOfTheKey().ToResult();
        if (!await _room.TakeAsync(entries.Value.Count, _room.Bounds.Import, cancellationToken))
            return Problem.Validation([new ProblemError(Full(_room.Bounds.Import), Pointer: "/suppressions")]).ToResult();
        var imported = await _book.PutAsync(entries.Value, cancellationToken);
        return new JsonResult<ImportAnswer>(new(imported), ContractsJson.Default.ImportAnswer);
    }

    /// <summary><c>GET suppressions?reason&amp;scope&amp;topic&amp;limit&amp;after</c>, in a stable order.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var parameters = new QueryParameters(request.Query, Parameters);
        var reason = parameters.One("reason", "takes manual, bounce, complaint or unsubscribe", text => SuppressionWords.TryParse(text, out SuppressionReason one) ? one : (SuppressionReason?)null);
        var scope = parameters.One("scope", "takes all or bulk", text => SuppressionWords.TryParse(text, out SuppressionScope one) ? one : (SuppressionScope?)null);
        var topic = ReadTopic(parameters);
        var after = parameters.One("after", "takes what the page before gave", text => SuppressionKey.TryParse(text, out var key) ? key : (SuppressionKey?)null);
        var limit = parameters.Number("limit", MaxPage) ?? DefaultPage;
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var (entries, walked) = (new List<SuppressionEntry>(limit), 0);
        await foreach (var entry in _table.WalkAsync(after, reason, scope, topic, caller.SeesAll ? Math.Min(limit + 1, MaxPage) : MaxPage, cancellationToken))
        {
            // A key for few recipients finds few entries: its page ends after so many, and the next goes on from there.
            if (++walked > MaxWalked && !caller.SeesAll)
                return Page(entries, after?.RowKey);
            after = entry.Key;
            if (!entry.IsInForce(_clock.GetUtcNow()) || !caller.SeesRecipient(entry.Address))
                continue;
            if (entries.Count == limit)
                return Page(entries, entries[^1].Key.RowKey);
            entries.Add(entry);
        }

        return Page(entries, null);
    }

    private static OrProblem<string> ReadAddress(string segment, Caller caller)
    {
        var read = SuppressionRequestReader.ReadAddress(segment);
        return read.Succeeded && !caller.SeesRecipient(read.Value) ? NotOfTheKey() : read;
    }

    private static string? ReadTopic(QueryParameters parameters)
    {
        var topic = parameters.One("topic");
        if (topic is not null && !TopicName.IsValid(topic))
            parameters.Refuse("topic", TopicName.Fault);
        return topic;
    }

    private static Problem NotOfTheKey() => Problem.RestrictedApiKey("An address is not among the recipients that it is limited to.");

    private static string Full(int most) =>
        string.Create(CultureInfo.InvariantCulture, $"would be more than the suppression list may have, which is about {most:N0} addresses; delete those that are not needed");

    private static IResult Answer(SuppressionEntry entry) => new JsonResult<SuppressionAnswer>(AnswerOf(entry), ContractsJson.Default.SuppressionAnswer);

    private static SuppressionAnswer AnswerOf(SuppressionEntry entry) =>
        new(entry.Address, entry.Reason.Name(), entry.Scope.Name(), entry.CreatedAt, entry.ExpiresAt, entry.Note, entry.Mail, entry.Topic);

    private static IResult NotFound() => Problem.NotFound("There is no suppression of this address.").ToResult();

    private static JsonResult<SuppressionPage> Page(IReadOnlyList<SuppressionEntry> entries, string? after) =>
        new(new SuppressionPage([.. entries.Select(AnswerOf)], after), ContractsJson.Default.SuppressionPage);
}
