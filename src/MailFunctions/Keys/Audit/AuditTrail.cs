using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Audit;

/// <summary>The particulars of a call before it is carried out.</summary>
/// <param name="Who">See <see cref="AuditEntry.Who"/>.</param>
/// <param name="Call">See <see cref="AuditEntry.Call"/>.</param>
/// <param name="Target">See <see cref="AuditEntry.Target"/>.</param>
/// <param name="Network">See <see cref="AuditEntry.Network"/>.</param>
internal sealed record AuditedCall(string Who, string Call, string Target, string? Network)
{
    /// <summary>The call that an operator's command stands for.</summary>
    public static async Task<AuditedCall> OfOperatorAsync(string call, string target) =>
        new(await Caller.Operator.WhoAsync(CancellationToken.None), call, target, Network: null);

    public static async Task<AuditedCall> OfAsync(ApiCall call, Caller caller, HttpRequest request, CancellationToken cancellationToken) => new(
        await caller.WhoAsync(cancellationToken), call.Name, AuditedTarget.Of(call, request.Path.Value ?? ""), CallerNames.NetworkOf(caller.Client));
}

/// <summary>
/// Writes the audit trail around calls: one row before a call, one with its result. A call whose first row cannot be written
/// is not carried out; an entry without a second row has an unknown result.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class AuditTrail(AuditTable table, RefusedTries tries, TimeProvider clock, ILogger<AuditTrail> logger)
{
    private volatile bool _knowsTime;

    /// <summary>Carries out a call between its two rows.</summary>
    /// <inheritdoc cref="RunAsync{T}"/>
    public Task<IResult> RunAsync(AuditedCall call, HttpRequest request, Func<Task<IResult>> carryOut, CancellationToken cancellationToken)
    {
        var note = AuditNote.AttachTo(request);
        return RunAsync(call, carryOut, answer => Of(answer) with { Target = note.Target }, cancellationToken);
    }

    /// <summary>Does the same for what is no HTTP call, such as an operator's command.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage does not take the first row: nothing was carried out.</exception>
    public async Task<T> RunAsync<T>(AuditedCall call, Func<Task<T>> carryOut, Func<T, AuditResult> resultOf, CancellationToken cancellationToken)
    {
        var key = await BeginAsync(call, cancellationToken);
        T answer;
        try
        {
            answer = await carryOut();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller has left, and what was done until then is not known here.
            throw;
        }
        catch (Exception exception)
        {
            await CompleteAsync(key, exception is TimeoutException || StorageFault.Is(exception)
                ? ResultOf(StatusCodes.Status503ServiceUnavailable, ProblemName.StorageUnavailable)
                : ResultOf(StatusCodes.Status500InternalServerError, ProblemName.InternalError));
            throw;
        }

        await CompleteAsync(key, resultOf(answer));
        return answer;
    }

    /// <summary>Writes the first row.</summary>
    public async Task<AuditKey> BeginAsync(AuditedCall call, CancellationToken cancellationToken)
    {
        await LearnTimeAsync(cancellationToken);
        var entry = EntryOf(call);
        await table.AddAsync(entry, cancellationToken);
        return entry.Key;
    }

    /// <summary>Writes the second row. The call has ended: neither a storage failure nor a caller who has left changes its answer.</summary>
    public async Task CompleteAsync(AuditKey key, AuditResult result)
    {
        try
        {
            await table.AddResultAsync(key, result, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.AuditResultLost(key.RowKey, exception.GetType().Name);
        }
    }

    /// <summary>
    /// Records that a caller whose key is known was refused: one row, since nothing is carried out, and at most one a minute
    /// for each caller and call, so that a flood of tries does not fill the table.
    /// </summary>
    /// <param name="error">The name of the problem.</param>
    public async Task RecordRefusalAsync(AuditedCall call, string error, CancellationToken cancellationToken)
    {
        if (!tries.IsFirst(call.Who, call.Call))
            return;
        try
        {
            await LearnTimeAsync(cancellationToken);
            await table.AddAsync(EntryOf(call) with { Result = ResultOf(StatusCodes.Status403Forbidden, error) }, cancellationToken);
        }
        catch (Exception exception) when (StorageFault.Is(exception) && !cancellationToken.IsCancellationRequested)
        {
            // The call is refused in any case.
            logger.RefusalNotAudited(call.Call, exception.GetType().Name);
        }
    }

    public AuditResult ResultOf(Problem problem) => ResultOf(problem.Status, problem.Name);

    public AuditResult ResultOf(int status, string? error = null) => new(status, error, clock.GetUtcNow());

    private AuditResult Of(IResult answer) => answer is ProblemResult refused
        ? ResultOf(refused.Problem)
        : ResultOf((answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK);

    private AuditEntry EntryOf(AuditedCall call) =>
        new() { Key = AuditKey.New(clock.GetUtcNow()), Who = call.Who, Call = call.Call, Target = call.Target, Network = call.Network };

    /// <summary>Asks storage once: until it has answered, the time is the machine's own, right or wrong.</summary>
    private async Task LearnTimeAsync(CancellationToken cancellationToken)
    {
        if (_knowsTime)
            return;
        await table.TouchAsync(cancellationToken);
        _knowsTime = true;
    }
}
