using System.Net;
using MailFunctions.Http;
using MailFunctions.Keys.Pauses;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Keys.Callers;

/// <summary>Finds out who makes a call, and whether they may make it. An API key that is given is never ignored.</summary>
internal sealed class Authenticator(ApiKeys keys, FunctionKeys functionKeys, LastUse lastUse, PauseList pauses, TimeProvider clock, IOptions<CallerOptions> options)
{
    private const string Scheme = "Bearer ";

    /// <summary>The object id of the caller's token, a header that the platform sets, and takes away from what callers send.</summary>
    private const string PrincipalId = "X-MS-CLIENT-PRINCIPAL-ID";

    /// <summary>Finds out who calls.</summary>
    public async Task<OrProblem<Caller>> IdentifyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var alone = KeyAlone.IsMarked(request);
        if (alone && !await keys.AnyAsync(cancellationToken))
            return Problem.NotFound("Calls with an API key alone are not possible until a key is made.");

        var client = ClientAddress.Of(request, options.Value.TrustedProxies);
        if (!IsKeyGiven(request, alone, out var text))
            return alone ? Problem.MissingApiKey() : OfFunctionKey(request, client);
        return text is not null && await keys.FindAsync(text, cancellationToken) is { } key
            ? Caller.OfKey(key, client, await keys.MakersOfAsync(key, cancellationToken))
            : Problem.InvalidApiKey();
    }

    /// <returns>Null if the caller may make the call.</returns>
    public async Task<Problem?> RefusesAsync(Caller caller, ApiCall call, CancellationToken cancellationToken)
    {
        if (caller.Key is not { } key)
            return null;
        // Why it is paused is for those who manage keys: this caller may be the thief.
        var paused = await pauses.CurrentAsync(cancellationToken);
        if (key.Makers.Prepend(key.Id).Any(id => paused.FindKey(id, clock.GetUtcNow()) is not null))
            return Problem.RestrictedApiKey("It is paused.");
        if (Refuses(caller, key, call) is { } refused)
            return refused;
        lastUse.Note(key);
        return null;
    }

    private Caller OfFunctionKey(HttpRequest request, IPAddress? client)
    {
        var principal = options.Value.CallersSignIn ? request.Headers[PrincipalId].ToString() : "";
        return principal.Length > 0
            ? Caller.OfEntra(principal, token => functionKeys.FingerprintAsync(request, token), client)
            : Caller.OfFunctionKey(token => functionKeys.FingerprintAsync(request, token), client);
    }

    private static Problem? Refuses(Caller caller, ApiKey key, ApiCall call)
    {
        if (!key.Limits.AllowClient(caller.Client))
            return Problem.RestrictedApiKey("It may not be used from this network.");
        if (!caller.May(call.Right))
            return Problem.RestrictedApiKey($"The call needs the right {string.Join(" or ", RightNames.Of(call.Right))}.");
        return call.Subject is CallSubject.App or CallSubject.Recipient && key.Limits.AreOfSomeMail
            ? Problem.RestrictedApiKey("The call concerns mail of all senders and lanes, and this key is limited to some.")
            : null;
    }

    /// <summary>
    /// Finds the text of an API key: in its own header, or as a bearer token. Beside a function key, or beside an API key in
    /// its own header, a bearer token may be one of Entra ID, which the platform checks; no such token begins as an API key does.
    /// </summary>
    /// <param name="text">Null when several are given that differ.</param>
    private static bool IsKeyGiven(HttpRequest request, bool alone, out string? text)
    {
        var own = request.Headers[ApiHeaders.ApiKey].Select(value => value?.Trim()).ToList();
        var bearer = request.Headers[HeaderNames.Authorization].Where(value => value?.Length > 0).Select(TokenOf).Where(token => (alone && own.Count == 0) || ApiKeyText.IsMeant(token));
        var given = own.Concat(bearer).Distinct(StringComparer.Ordinal).ToList();
        text = given.Count == 1 ? given[0] : null;
        return given.Count > 0;
    }

    /// <returns>Empty for another scheme; of an API key under one, only its beginning, so that it is refused and not ignored.</returns>
    private static string TokenOf(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true)
            return authorization[Scheme.Length..].Trim();
        var last = authorization?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return ApiKeyText.IsMeant(last) ? ApiKeyText.Prefix : "";
    }
}
