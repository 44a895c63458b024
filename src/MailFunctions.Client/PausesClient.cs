using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls that pause and resume API keys, senders and lanes.</summary>
/// <remarks>Calls for a sender's address contain it in their URL, as the API defines it; the client never logs it.</remarks>
public sealed class PausesClient
{
    private readonly Caller _caller;

    internal PausesClient(Caller caller) => _caller = caller;

    /// <summary><c>GET pauses</c>: lists everything that is paused now, the newest first.</summary>
    public async Task<IReadOnlyList<PauseAnswer>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _caller.CallAsync(new ApiCall(HttpMethod.Get, "pauses"), ContractsJson.Default.PausePage, cancellationToken).ConfigureAwait(false)).Data;

    /// <summary>
    /// <c>PUT pauses/{kind}/{name}</c>: pauses the target, or replaces its pause. Within 5 seconds no instance sends its mail,
    /// which waits, or takes calls of a paused key.
    /// </summary>
    /// <param name="kind">One of <see cref="PauseKindName"/>.</param>
    /// <param name="name">The id of a key; an address, or a domain; the name of a lane.</param>
    public Task<PauseAnswer> PutAsync(string kind, string name, PauseTerms terms, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return _caller.CallAsync(new ApiCall(HttpMethod.Put, PathOf(kind, name)).With(terms, ContractsJson.Default.PauseTerms), ContractsJson.Default.PauseAnswer, cancellationToken);
    }

    /// <summary>
    /// <c>DELETE pauses/{kind}/{name}</c>: resumes the target; its mail is sent within about a minute. Refused as
    /// <see cref="ProblemName.NotFound"/> when it is not paused, also when a try whose answer was lost has resumed it.
    /// </summary>
    /// <inheritdoc cref="PutAsync"/>
    public Task DeleteAsync(string kind, string name, CancellationToken cancellationToken = default) =>
        _caller.DoAsync(new ApiCall(HttpMethod.Delete, PathOf(kind, name)), cancellationToken);

    private static string PathOf(string kind, string name) => $"pauses/{ApiCall.Segment(kind)}/{ApiCall.Segment(name)}";
}
