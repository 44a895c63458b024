using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys;
using MailFunctions.Keys.Pauses;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Pauses;

/// <summary>The target that a path names.</summary>
internal sealed record NamedTarget(PauseTarget Target);

/// <summary>Reads the requests about pauses, and collects all errors in them.</summary>
internal sealed class PauseRequestReader(ApiKeyTable keys, TimeProvider clock)
{
    private const int MaxValues = 20;
    private const int ReasonChars = 200;

    /// <summary>Reads the target of a path. The server decodes everything in a path except the slash.</summary>
    public static OrProblem<NamedTarget> ReadTarget(string kind, string name)
    {
        if (PauseKinds.Find(kind) is not { } known)
            return Problem.WrongParameters([new ProblemError($"must be one of {string.Join(", ", PauseKinds.Names)}", Parameter: "kind")]);
        return PauseTarget.TryParse(known, name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var target, out var fault)
            ? new NamedTarget(target)
            : Problem.WrongParameters([new ProblemError(fault, Parameter: "name")]);
    }

    /// <summary>Does the same for a target that is about to be paused: a key must exist, so that a mistyped id is noticed.</summary>
    public async Task<OrProblem<NamedTarget>> ReadTargetAsync(string kind, string name, CancellationToken cancellationToken)
    {
        var target = ReadTarget(kind, name);
        return target.Succeeded && target.Value.Target is { Kind: PauseKind.Key, Name: var id } && await keys.ReadAsync(id, cancellationToken) is null
            ? Problem.NotFound("There is no API key of this id.")
            : target;
    }

    public async Task<OrProblem<PauseTerms>> ReadTermsAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem;
        var (root, errors) = document.Value;
        var fields = RequestFields.Of(root, errors, "reason", "expires_at");
        var value = fields?.Required("reason");
        var reason = fields?.Text(value, ReasonChars);
        if (reason is not null && (string.IsNullOrWhiteSpace(reason) || reason.Any(char.IsControl)))
            errors.Add(value!, "must say why, in one line without control characters");
        var end = RequestInstant.Read(fields?.Optional("expires_at"), errors);
        if (end <= clock.GetUtcNow())
            errors.Add(fields!.Optional("expires_at")!, "must lie in the future; leave it out for a pause that a call ends");
        return reason is null || errors.Any ? errors.ToProblem() : new PauseTerms(reason.Trim()) { ExpiresAt = end };
    }
}
