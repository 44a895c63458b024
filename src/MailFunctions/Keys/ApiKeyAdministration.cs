using MailFunctions.Http;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.Keys;

/// <summary>Makes, lists, changes and revokes API keys: for the calls, and for operators with write access to the storage account.</summary>
public sealed class ApiKeyAdministration
{
    private readonly ApiKeyTable _table;
    private readonly TimeProvider _clock;
    private readonly AuditTrail _audit;

    internal ApiKeyAdministration(ApiKeyTable table, AuditTrail audit, TimeProvider clock) => (_table, _audit, _clock) = (table, audit, clock);

    /// <summary>Opens the storage account of the setting <c>AzureWebJobsStorage</c>; creates the tables when they are missing.</summary>
    public static async Task<ApiKeyAdministration> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var clock = new StorageClock(TimeProvider.System);
        var storage = new StorageClients(configuration, clock);
        var (table, audit) = (new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance), new AuditTable(storage, NullLogger<AuditTable>.Instance));
        await table.CreateAsync(cancellationToken);
        await audit.CreateAsync(cancellationToken);
        return new ApiKeyAdministration(table, new AuditTrail(audit, new RefusedTries(clock), clock, NullLogger<AuditTrail>.Instance), clock);
    }

    /// <summary>Makes a key for the setting <c>MailFunctions:FirstKey</c> of a deployment; nothing is stored.</summary>
    /// <param name="rights">Words for rights; none for all.</param>
    /// <returns>The whole key, and the value of the setting.</returns>
    /// <exception cref="ArgumentException">A word is no right.</exception>
    public static (string Key, string Value) MakeFirst(IReadOnlyList<string> rights)
    {
        var given = rights.Count == 0 ? Rights.All : Rights.None;
        foreach (var word in rights)
            given |= RightNames.TryParse(word, out var right) ? right : throw new ArgumentException($"'{word}' is no right: there are {string.Join(", ", RightNames.All)}.", nameof(rights));
        return FirstKey.Make(given);
    }

    /// <returns>The whole key, which cannot be retrieved later.</returns>
    /// <exception cref="ArgumentException">A term is invalid; the message is for the person who asked.</exception>
    public async Task<string> AddAsync(KeyTerms terms, CancellationToken cancellationToken)
    {
        var made = await _audit.RunAsync(
            await AuditedCall.OfOperatorAsync("MakeKey", "keys"),
            () => MakeAsync(terms, Caller.Operator, cancellationToken),
            made => made.Succeeded ? _audit.ResultOf(StatusCodes.Status201Created) with { Target = $"keys/{made.Value.Key.Id}" } : _audit.ResultOf(made.Problem),
            cancellationToken);
        return made.Succeeded ? made.Value.Text : throw Refused(made.Problem);
    }

    /// <param name="change">Makes the new terms from those that stand.</param>
    /// <returns>False when there is no such key.</returns>
    /// <exception cref="ArgumentException">A term is invalid, or the key is revoked; the message is for the person who asked.</exception>
    public async Task<bool> ChangeAsync(string id, Func<KeyTerms, KeyTerms> change, CancellationToken cancellationToken)
    {
        var changed = await _audit.RunAsync(
            await AuditedCall.OfOperatorAsync("ChangeKey", TargetOf(id)),
            () => ChangeAsync(id, terms => change(terms), Caller.Operator, cancellationToken),
            changed => changed.Succeeded ? _audit.ResultOf(StatusCodes.Status200OK) : _audit.ResultOf(changed.Problem),
            cancellationToken);
        return changed.Succeeded || (changed.Problem.Name == ProblemName.NotFound ? false : throw Refused(changed.Problem));
    }

    /// <returns>All keys, oldest first.</returns>
    public async Task<IReadOnlyList<ApiKeySummary>> ListAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        return [.. (await _table.ListAsync(cancellationToken)).Select(key => ApiKeySummary.Of(key, now))];
    }

    /// <param name="id">The part between <c>mf_</c> and the secret.</param>
    /// <param name="withMade">True to revoke also the keys that it made, and those that they made.</param>
    /// <returns>False when there is no such key.</returns>
    public async Task<bool> RevokeAsync(string id, bool withMade, CancellationToken cancellationToken) => await _audit.RunAsync(
        await AuditedCall.OfOperatorAsync("RevokeKey", TargetOf(id)),
        () => RevokeAsync(id, withMade, Caller.Operator, cancellationToken),
        found => found ? _audit.ResultOf(StatusCodes.Status204NoContent) : _audit.ResultOf(NoKey()),
        cancellationToken);

    /// <summary>Makes a key that may do no more than the caller.</summary>
    internal async Task<OrProblem<MadeKey>> MakeAsync(KeyTerms terms, Caller caller, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var text = ApiKeyText.New(await _table.CheckKeyAsync(cancellationToken));
        IReadOnlyList<string> makers = caller.Key is { } itself ? [itself.Id, .. itself.Makers] : [];
        var read = KeyRules.Apply(
            terms, new ApiKey { Id = text.Id, Makers = makers, Name = "", Hash = text.Hash(), Rights = Rights.None, Limits = new KeyLimits(), CreatedAt = now }, now);
        if (!read.Succeeded)
            return read.Problem;
        var maker = await AsOfNowAsync(caller, cancellationToken);
        if (!maker.Succeeded)
            return maker.Problem;
        if (!maker.Value.Sees(read.Value))
            return MoreThanTheCaller();
        if (makers.Count > ApiKey.MostMakers)
            return Problem.RestrictedApiKey(FormattableString.Invariant($"It may make no key: {ApiKey.MostMakers} keys before it have each made the next."));
        if ((await _table.ListAsync(cancellationToken)).Count(key => key.IsInForce(now)) >= ApiKey.MostInForce)
            return Problem.Validation([new ProblemError(FormattableString.Invariant($"would make one key more than the {ApiKey.MostInForce} that may be in force: revoke one that nobody uses"), Pointer: "")]);

        await _table.AddAsync(read.Value, cancellationToken);
        // Its maker may have been revoked meanwhile, with all that it made: this key was not among them yet.
        if ((await AsOfNowAsync(caller, cancellationToken)).Problem is { } ended)
        {
            await _table.TryRevokeAsync(read.Value.Id, _clock.GetUtcNow(), cancellationToken);
            return ended;
        }

        return new MadeKey(read.Value, text.Reveal());
    }

    /// <summary>Changes a key that the caller sees, as far as that makes it no more than the caller.</summary>
    internal async Task<OrProblem<ApiKey>> ChangeAsync(string id, Func<KeyTerms, OrProblem<KeyTerms>> change, Caller caller, CancellationToken cancellationToken)
    {
        while (await FindAsync(id, caller, cancellationToken) is { } key)
        {
            if (key.RevokedAt is not null)
                return new Problem(StatusCodes.Status409Conflict, ProblemName.InvalidState, "The key is not in a state for this call.") { Detail = "It is revoked, which is for ever." };
            var terms = change(KeyTerms.Of(key));
            if (!terms.Succeeded)
                return terms.Problem;
            var changed = KeyRules.Apply(terms.Value, key, _clock.GetUtcNow());
            if (!changed.Succeeded)
                return changed.Problem;
            var changer = await AsOfNowAsync(caller, cancellationToken);
            if (!changer.Succeeded)
                return changer.Problem;
            if (!changer.Value.Sees(key) || !changer.Value.Sees(changed.Value))
                return MoreThanTheCaller();
            if (await _table.TryChangeAsync(changed.Value, cancellationToken))
                return changed.Value;
        }

        return NoKey();
    }

    /// <returns>False when there is no such key, or none that the caller sees.</returns>
    internal async Task<bool> RevokeAsync(string id, bool withMade, Caller caller, CancellationToken cancellationToken)
    {
        // Who sees all may revoke also a key whose row cannot be read.
        if (!ApiKeyText.IsId(id) || (!caller.SeesAll && await FindAsync(id, caller, cancellationToken) is null))
            return false;
        if (!await _table.TryRevokeAsync(id, _clock.GetUtcNow(), cancellationToken))
            return false;
        if (!withMade)
            return true;
        foreach (var made in (await _table.ListAsync(cancellationToken)).Where(key => key.RevokedAt is null && key.Makers.Contains(id)))
            await _table.TryRevokeAsync(made.Id, _clock.GetUtcNow(), cancellationToken);
        return true;
    }

    /// <returns>Null when there is no such key, or none that the caller sees.</returns>
    internal async Task<ApiKey?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        ApiKeyText.IsId(id) && await _table.ReadAsync(id, cancellationToken) is { } key && caller.Sees(key) ? key : null;

    /// <summary>
    /// Reads the caller's key again. A call may have been let in long before its body came, and what was taken from the key
    /// meanwhile must not come back by a key that it makes or changes.
    /// </summary>
    private async Task<OrProblem<Caller>> AsOfNowAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Key is not { } before)
            return caller;
        if (await _table.ReadAsync(before.Id, cancellationToken) is not { } key || !key.IsUsable(_clock.GetUtcNow()))
            return Problem.InvalidApiKey();
        return key.Rights.HasFlag(Rights.Keys) ? Caller.OfKey(key, caller.Client, []) : Problem.RestrictedApiKey($"The call needs the right {KeyRight.Keys}.");
    }

    private static string TargetOf(string id) => $"keys/{(ApiKeyText.IsId(id) ? id : "?")}";

    internal static Problem NoKey() => Problem.NotFound("There is no API key of this id.");

    private static Problem MoreThanTheCaller() => Problem.RestrictedApiKey("It may make only keys that may do no more than itself.");

    private static ArgumentException Refused(Problem problem) =>
        new(problem.Errors.Count == 0 ? problem.Detail : string.Join(Environment.NewLine, problem.Errors.Select(error => $"{error.Pointer?.TrimStart('/')} {error.Message}.".TrimStart())));
}

/// <param name="Text">The whole key, to be shown once.</param>
internal sealed record MadeKey(ApiKey Key, string Text)
{
    /// <summary>Omits the secret.</summary>
    public override string ToString() => Key.Id;
}
