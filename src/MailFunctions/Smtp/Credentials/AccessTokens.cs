using System.Text.RegularExpressions;
using Azure.Core;

namespace MailFunctions.Smtp.Credentials;

/// <summary>The access tokens of one relay: cached, and renewed some minutes before they expire.</summary>
/// <param name="create">Makes the credential; called again for a refresh, since a credential may cache tokens itself.</param>
/// <remarks>Thread safe; one request at a time.</remarks>
internal sealed partial class AccessTokens(string scope, Func<TokenCredential> create, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan BeforeExpiry = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private TokenCredential? _credential;
    private AccessToken? _kept;

    /// <param name="refused">A token that the relay refused: it is not returned again.</param>
    /// <returns>The token, and whether it came from the cache.</returns>
    /// <exception cref="TokenException">No token could be obtained.</exception>
    public async Task<(string Token, bool WasKept)> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_kept?.Token == refused)
                (_kept, _credential) = (null, null);
            if (_kept is { } kept && kept.ExpiresOn - clock.GetUtcNow() > BeforeExpiry)
                return (kept.Token, true);

            _credential ??= create();
            var token = await _credential.GetTokenAsync(new TokenRequestContext([scope]), cancellationToken);
            _kept = token;
            return (token.Token, false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Azure.Identity's messages may quote a whole answer; the error number is enough to look up the cause.
            var number = ErrorNumber().Match(exception.Message);
            throw new TokenException($"No access token could be had ({exception.GetType().Name}{(number.Success ? " " + number.Value : "")}).");
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    [GeneratedRegex(@"AADSTS\d{4,9}")]
    private static partial Regex ErrorNumber();
}
