using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Keys;

/// <summary>The calls about API keys. A caller with a key sees, makes, changes and revokes only keys that may do no more than theirs.</summary>
public sealed class KeyCalls
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    private readonly ApiKeyAdministration _keys;
    private readonly ApiKeyTable _table;
    private readonly TimeProvider _clock;

    internal KeyCalls(ApiKeyAdministration keys, ApiKeyTable table, TimeProvider clock) => (_keys, _table, _clock) = (keys, table, clock);

    /// <summary><c>POST keys</c>: makes a key, and shows it this once.</summary>
    public async Task<IResult> MakeAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, KeyTermsReader.MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem.ToResult();
        var terms = KeyTermsReader.Read(document.Value, before: null);
        if (!terms.Succeeded)
            return terms.Problem.ToResult();

        var made = await _keys.MakeAsync(terms.Value, caller, cancellationToken);
        if (made.Succeeded)
            AuditNote.Tell(request, $"keys/{made.Value.Key.Id}");
        return made.Succeeded
            ? new MadeKeyResult(AnswerOf(made.Value.Key, made.Value.Text), $"{request.PathBase}{request.Path}/{made.Value.Key.Id}")
            : made.Problem.ToResult();
    }

    /// <summary><c>GET keys?limit&amp;after</c>.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var parameters = new QueryParameters(request.Query, ["limit", "after"]);
        var limit = parameters.Number("limit", MaxPage) ?? DefaultPage;
        var after = parameters.One("after") ?? "";
        if (after.Length > 0 && !ApiKeyText.IsId(after))
            parameters.Refuse("after", "must be what the page before gave");
        if (parameters.Problem is { } problem)
            return problem.ToResult();

        var found = new List<ApiKey>(limit + 1);
        for (var isLast = false; found.Count <= limit && !isLast;)
        {
            var page = await _table.ReadPageAsync(after, MaxPage, cancellationToken);
            found.AddRange(page.Select(row => row.Key).OfType<ApiKey>().Where(caller.Sees));
            isLast = page.Count < MaxPage;
            after = isLast ? after : page[^1].Id;
        }

        var data = found.Take(limit).Select(key => AnswerOf(key)).ToList();
        return new JsonResult<ApiKeyPage>(new ApiKeyPage(data, found.Count > limit ? data[^1].Id : null), ContractsJson.Default.ApiKeyPage);
    }

    /// <summary><c>GET keys/{id}</c>.</summary>
    public async Task<IResult> ReadAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        await _keys.FindAsync(id, caller, cancellationToken) is { } key ? Answer(key) : ApiKeyAdministration.NoKey().ToResult();

    /// <summary><c>PATCH keys/{id}</c>: what the body leaves out stays as it is.</summary>
    public async Task<IResult> ChangeAsync(string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, KeyTermsReader.MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem.ToResult();
        if (KeyTermsReader.Read(document.Value, new KeyTerms()).Problem is { } problem)
            return problem.ToResult();

        var changed = await _keys.ChangeAsync(id, before => KeyTermsReader.Read(document.Value, before), caller, cancellationToken);
        return changed.Succeeded ? Answer(changed.Value) : changed.Problem.ToResult();
    }

    /// <summary>
    /// <c>DELETE keys/{id}?with_made</c>: revokes a key, for ever, and on request all that it made. Its row stays, so that its
    /// mails keep their origin.
    /// </summary>
    public async Task<IResult> RevokeAsync(string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var parameters = new QueryParameters(request.Query, ["with_made"]);
        var withMade = parameters.One("with_made", "must be true or false", text => text switch { "true" => true, "false" => false, _ => (bool?)null }) == true;
        if (parameters.Problem is { } problem)
            return problem.ToResult();
        return await _keys.RevokeAsync(id, withMade, caller, cancellationToken) ? Results.NoContent() : ApiKeyAdministration.NoKey().ToResult();
    }

    private JsonResult<ApiKeyAnswer> Answer(ApiKey key) => new(AnswerOf(key), ContractsJson.Default.ApiKeyAnswer);

    private ApiKeyAnswer AnswerOf(ApiKey key, string? text = null)
    {
        var (id, state, terms, madeBy, createdAt, revokedAt, lastUsedAt) = ApiKeySummary.Of(key, _clock.GetUtcNow());
        return new ApiKeyAnswer(
            id, terms.Name, state, terms.Rights, terms.Senders, terms.Recipients, terms.Lanes, terms.Headers, terms.Templates, terms.Networks, terms.Quotas, terms.NotBefore, terms.ExpiresAt,
            madeBy, createdAt, revokedAt, lastUsedAt, text);
    }
}

/// <summary>Answers with a new key: 201, with the place where it is described.</summary>
internal sealed class MadeKeyResult(ApiKeyAnswer answer, string location) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status201Created;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = location;
        return JsonAnswer.WriteAsync(httpContext, StatusCodes.Status201Created, answer, ContractsJson.Default.ApiKeyAnswer);
    }
}
