using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls for API keys. A client with an API key sees and makes only keys that may do no more than its own.</summary>
public sealed class KeysClient
{
    private readonly Caller _caller;

    internal KeysClient(Caller caller) => _caller = caller;

    /// <summary>
    /// <c>POST keys</c>: makes a key; <see cref="ApiKeyAnswer.Key"/> of the answer is the whole key, shown this once. It is not
    /// retried after a lost answer, so that no second key is made unseen.
    /// </summary>
    public Task<ApiKeyAnswer> MakeAsync(ApiKeyTerms terms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return _caller.CallAsync(
            (new ApiCall(HttpMethod.Post, "keys") { OnlyOnce = true }).With(terms, ContractsJson.Default.ApiKeyTerms), ContractsJson.Default.ApiKeyAnswer, cancellationToken);
    }

    /// <summary><c>GET keys/{id}</c>: refused as <see cref="ProblemName.NotFound"/> when there is none.</summary>
    public Task<ApiKeyAnswer> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, PathOf(id)), ContractsJson.Default.ApiKeyAnswer, cancellationToken);

    /// <summary>
    /// <c>PATCH keys/{id}</c>: what is null in the change stays, and an empty list removes its limit. A time that was set can be
    /// replaced, and not removed, with this type.
    /// </summary>
    public Task<ApiKeyAnswer> ChangeAsync(string id, ApiKeyChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return _caller.CallAsync(new ApiCall(HttpMethod.Patch, PathOf(id)).With(change, ContractsJson.Default.ApiKeyChange), ContractsJson.Default.ApiKeyAnswer, cancellationToken);
    }

    /// <summary><c>DELETE keys/{id}</c>: revokes a key for ever; it is refused within 5 seconds.</summary>
    /// <param name="withMade">True to revoke also the keys that it made, and those that they made.</param>
    public Task RevokeAsync(string id, bool withMade = false, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, ApiCall.WithQuery(PathOf(id), ("with_made", withMade ? "true" : null))), cancellationToken);

    /// <summary><c>GET keys</c>: lists keys by their ids, revoked ones too; pages are fetched as needed.</summary>
    /// <param name="pageSize">The number of keys in one call to the server; default 50; 1 to 200.</param>
    public IAsyncEnumerable<ApiKeyAnswer> ListAsync(int? pageSize = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        after => ApiCall.WithQuery("keys", ("limit", ApiCall.Text(pageSize)), ("after", after)),
        ContractsJson.Default.ApiKeyPage,
        page => (page.Data, page.After),
        cancellationToken);

    private static string PathOf(string id) => $"keys/{ApiCall.Segment(id)}";
}
