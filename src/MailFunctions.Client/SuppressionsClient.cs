using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls about addresses that must not be mailed.</summary>
/// <remarks>Calls about one address have it in their URL, as the API has it. The client logs it nowhere; what traces or logs URLs on the way may.</remarks>
public sealed class SuppressionsClient
{
    private readonly Caller _caller;

    internal SuppressionsClient(Caller caller) => _caller = caller;

    /// <summary><c>PUT suppressions/{address}</c>: puts it there, or replaces what stands.</summary>
    /// <param name="terms">By hand, for all mail and for good when absent.</param>
    public Task<SuppressionAnswer> PutAsync(string address, SuppressionTerms? terms = null, CancellationToken cancellationToken = default) => _caller.CallAsync(
        new ApiCall(HttpMethod.Put, PathOf(address)).With(terms ?? new SuppressionTerms(), ContractsJson.Default.SuppressionTerms), ContractsJson.Default.SuppressionAnswer, cancellationToken);

    /// <summary><c>GET suppressions/{address}</c>: refused as <see cref="ProblemName.NotFound"/> when it is not there.</summary>
    public Task<SuppressionAnswer> GetAsync(string address, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, PathOf(address)), ContractsJson.Default.SuppressionAnswer, cancellationToken);

    /// <summary><c>DELETE suppressions/{address}</c>: refused as <see cref="ProblemName.NotFound"/> when it is not there, so also when a try whose answer was lost has deleted it.</summary>
    public Task DeleteAsync(string address, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, PathOf(address)), cancellationToken);

    /// <summary><c>POST suppressions</c>: all, or none when something is wrong with one.</summary>
    /// <param name="suppressions">At most <see cref="SuppressionImport.MaxSuppressions"/>.</param>
    /// <returns>How many addresses were put.</returns>
    public async Task<int> ImportAsync(IReadOnlyList<SuppressedAddress> suppressions, CancellationToken cancellationToken = default) => (await _caller.CallAsync(
        new ApiCall(HttpMethod.Post, "suppressions").With(new SuppressionImport(suppressions), ContractsJson.Default.SuppressionImport),
        ContractsJson.Default.ImportAnswer,
        cancellationToken).ConfigureAwait(false)).Imported;

    /// <summary><c>GET suppressions</c>: those that fit, in an order that does not change, page after page as they are needed.</summary>
    /// <param name="reason">One of <see cref="SuppressionReasonName"/>.</param>
    /// <param name="scope">One of <see cref="SuppressionScopeName"/>.</param>
    /// <param name="pageSize">How many one call of the server asks for; default 100; 1 to 1,000.</param>
    public IAsyncEnumerable<SuppressionAnswer> ListAsync(string? reason = null, string? scope = null, int? pageSize = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        after => ApiCall.WithQuery("suppressions", ("reason", reason), ("scope", scope), ("limit", ApiCall.Text(pageSize)), ("after", after)),
        ContractsJson.Default.SuppressionPage,
        page => (page.Data, page.After),
        cancellationToken);

    private static string PathOf(string address) => $"suppressions/{ApiCall.Segment(address)}";
}
