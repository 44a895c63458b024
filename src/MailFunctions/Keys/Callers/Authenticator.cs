using MailFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Keys.Callers;

/// <summary>Finds out who makes a call, and whether they may make it. An API key that is given is never ignored.</summary>
internal sealed class Authenticator(ApiKeys keys, FunctionKeys functionKeys, IOptions<CallerOptions> options)
{
    private const string Scheme = "Bearer ";

    public async Task<OrProblem<Caller>> AdmitAsync(ApiCall call, HttpRequest request, CancellationToken cancellationToken)
    {
        var alone = KeyAlone.IsMarked(request);
        if (alone && !await keys.AnyAsync(cancellationToken))
            return Problem.NotFound("Calls with an API key alone are not possible until a key is made.");

        var client = ClientAddress.Of(request, options.Value.TrustedProxies);
        if (!IsKeyGiven(request, alone, out var text))
            return alone ? Problem.MissingApiKey() : Caller.OfFunctionKey(token => functionKeys.FingerprintAsync(request, token), client);
        if (text is null || await keys.FindAsync(text, cancellationToken) is not { } key)
            return Problem.InvalidApiKey();

        var caller = Caller.OfKey(key, client);
        return Refuses(caller, key, call) is { } refused ? refused : caller;
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
    /// Finds the text of an API key: in its own header, or as a bearer token. A function key may come with a token of Entra ID,
    /// which the platform has checked; no such token begins as an API key does.
    /// </summary>
    /// <param name="text">Null when several are given that differ.</param>
    private static bool IsKeyGiven(HttpRequest request, bool alone, out string? text)
    {
        var given = request.Headers[ApiHeaders.ApiKey].Select(value => value?.Trim())
            .Concat(request.Headers[HeaderNames.Authorization]
                .Where(value => value?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true || alone)
                .Select(value => value?.Length > Scheme.Length ? value[Scheme.Length..].Trim() : "")
                .Where(token => alone || ApiKeyText.IsMeant(token)))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        text = given.Count == 1 ? given[0] : null;
        return given.Count > 0;
    }
}
