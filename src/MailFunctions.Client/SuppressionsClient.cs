using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls for addresses that must not be mailed.</summary>
/// <remarks>
/// Calls for one address contain it in their URL, as the API defines it. The client never logs it; traces or
/// logs of URLs on the way may.
/// </remarks>
public sealed class SuppressionsClient
{
    private readonly Caller _caller;

    internal SuppressionsClient(Caller caller) => _caller = caller;

    /// <summary><c>PUT suppressions/{address}</c>: adds the address, or replaces its entry.</summary>
    /// <param name="terms">The terms; when absent: entered by hand, for all mail, without expiry.</param>
    public Task<SuppressionAnswer> PutAsync(string address, SuppressionTerms? terms = null, CancellationToken cancellationToken = default) => _caller.CallAsync(
        new ApiCall(HttpMethod.Put, PathOf(address)).With(terms ?? new SuppressionTerms(), ContractsJson.Default.SuppressionTerms), ContractsJson.Default.SuppressionAnswer, cancellationToken);

    /// <summary>
    /// <c>GET suppressions/{address}</c>: returns an entry; refused as <see cref="ProblemName.NotFound"/> when there is none.
    /// </summary>
    public Task<SuppressionAnswer> GetAsync(string address, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, PathOf(address)), ContractsJson.Default.SuppressionAnswer, cancellationToken);

    /// <summary><c>GET suppressions/{address}?topic=</c>: returns the entry for one topic; refused likewise.</summary>
    public Task<SuppressionAnswer> GetAsync(string address, string topic, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, PathOf(address, topic)), ContractsJson.Default.SuppressionAnswer, cancellationToken);

    /// <summary>
    /// <c>DELETE suppressions/{address}</c>: refused as <see cref="ProblemName.NotFound"/> when there is none, also when
    /// a try whose answer was lost has deleted it.
    /// </summary>
    public Task DeleteAsync(string address, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, PathOf(address)), cancellationToken);

    /// <summary><c>DELETE suppressions/{address}?topic=</c>: deletes the entry for one topic; refused likewise.</summary>
    public Task DeleteAsync(string address, string topic, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, PathOf(address, topic)), cancellationToken);

    /// <summary><c>POST suppressions</c>: imports all entries, or none when one has an error.</summary>
    /// <param name="suppressions">At most <see cref="SuppressionImport.MaxSuppressions"/>.</param>
    /// <returns>The number of addresses that were stored.</returns>
    public async Task<int> ImportAsync(IReadOnlyList<SuppressedAddress> suppressions, CancellationToken cancellationToken = default) => (await _caller.CallAsync(
        new ApiCall(HttpMethod.Post, "suppressions").With(new SuppressionImport(suppressions), ContractsJson.Default.SuppressionImport),
        ContractsJson.Default.ImportAnswer,
        cancellationToken).ConfigureAwait(false)).Imported;

    /// <summary><c>GET suppressions</c>: lists those that match, in a stable order; pages are fetched as needed.</summary>
    /// <param name="reason">One of <see cref="SuppressionReasonName"/>.</param>
    /// <param name="scope">One of <see cref="SuppressionScopeName"/>.</param>
    /// <param name="pageSize">The number of entries in one call to the server; default 100; 1 to 1,000.</param>
    public IAsyncEnumerable<SuppressionAnswer> ListAsync(string? reason = null, string? scope = null, int? pageSize = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        after => ApiCall.WithQuery("suppressions", ("reason", reason), ("scope", scope), ("limit", ApiCall.Text(pageSize)), ("after", after)),
        ContractsJson.Default.SuppressionPage,
        page => (page.Data, page.After),
        cancellationToken);

    /// <summary><c>GET suppressions?topic=</c>: lists those for one topic, in the same way.</summary>
    /// <inheritdoc cref="ListAsync" path="/param"/>
    public IAsyncEnumerable<SuppressionAnswer> ListTopicAsync(string topic, int? pageSize = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        after => ApiCall.WithQuery("suppressions", ("topic", topic), ("limit", ApiCall.Text(pageSize)), ("after", after)),
        ContractsJson.Default.SuppressionPage,
        page => (page.Data, page.After),
        cancellationToken);

    private static string PathOf(string address, string topic) => ApiCall.WithQuery(PathOf(address), ("topic", topic));

    private static string PathOf(string address) => $"suppressions/{ApiCall.Segment(address)}";
}
