using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls for queue messages that could not be read.</summary>
public sealed class DeadLettersClient
{
    private readonly Caller _caller;

    internal DeadLettersClient(Caller caller) => _caller = caller;

    /// <summary><c>GET dead-letters</c>: lists the first hundred.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _caller.CallAsync(new ApiCall(HttpMethod.Get, "dead-letters"), ContractsJson.Default.DeadLetterPage, cancellationToken).ConfigureAwait(false)).Data;

    /// <summary><c>DELETE dead-letters/{queue}/{id}</c>: deletes one after an operator has seen it.</summary>
    public Task DeleteAsync(DeadLetter letter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return _caller.DoAsync(new ApiCall(HttpMethod.Delete, $"dead-letters/{ApiCall.Segment(letter.Queue)}/{ApiCall.Segment(letter.Id)}"), cancellationToken);
    }
}
