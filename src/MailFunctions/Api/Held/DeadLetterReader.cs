using MailFunctions.Delivery;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Held;

/// <summary>Lists the unreadable queue messages, and removes one for the operator.</summary>
public sealed class DeadLetterReader
{
    private readonly DeadLetters _deadLetters;

    internal DeadLetterReader(DeadLetters deadLetters) => _deadLetters = deadLetters;

    /// <summary><c>GET dead-letters</c>: the first 100.</summary>
    public async Task<IResult> ListAsync(CancellationToken cancellationToken)
    {
        var letters = await _deadLetters.ReadAsync(100, cancellationToken);
        return new JsonResult<DeadLetterPage>(new DeadLetterPage([.. letters]), ContractsJson.Default.DeadLetterPage);
    }

    /// <summary><c>DELETE dead-letters/{queue}/{id}</c>.</summary>
    public async Task<IResult> DeleteAsync(string queue, string id, CancellationToken cancellationToken) =>
        await _deadLetters.RemoveAsync(queue, id, cancellationToken)
            ? Results.NoContent()
            : Problem.NotFound("There is no dead letter of this id.").ToResult();
}
