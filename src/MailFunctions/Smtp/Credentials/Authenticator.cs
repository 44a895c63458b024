using System.Net;
using MailKit.Security;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Proves to one relay who we are.</summary>
internal sealed class Authenticator : IDisposable
{
    private readonly Relay _relay;
    private readonly AccessTokens? _tokens;

    public Authenticator(Relay relay, TokenCredentialFactory create, TimeProvider clock)
    {
        _relay = relay;
        if (relay.Login?.Tokens is { } source)
            _tokens = new AccessTokens(source.Scope, () => create(source.Options), clock);
    }

    /// <exception cref="AuthenticationException">The relay does not take what we have, nor a token made just now.</exception>
    /// <exception cref="TokenException">There is no token to show.</exception>
    public async Task AuthenticateAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        if (_relay.Login is not { } login)
            return;
        if (_tokens is null)
        {
            await conversation.AuthenticateAsync(new NetworkCredential(login.User, login.Password), cancellationToken);
            return;
        }

        var (token, wasKept) = await _tokens.GetAsync(refused: null, cancellationToken);
        try
        {
            await conversation.AuthenticateAsync(Mechanism(login, token), cancellationToken);
        }
        catch (AuthenticationException) when (wasKept)
        {
            (token, _) = await _tokens.GetAsync(refused: token, cancellationToken);
            await ReconnectAsync(conversation, cancellationToken);
            await conversation.AuthenticateAsync(Mechanism(login, token), cancellationToken);
        }
    }

    public void Dispose() => _tokens?.Dispose();

    /// <summary>Some relays close the connection behind a refusal, which is noticed too late.</summary>
    private async Task ReconnectAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        connecting.CancelAfter(_relay.ConnectTimeout);
        await conversation.DisconnectAsync(quit: false, connecting.Token);
        await conversation.ConnectAsync(_relay.Host, _relay.Port, _relay.Security, connecting.Token);
    }

    private static SaslMechanism Mechanism(RelayLogin login, string token) => login.Kind == LoginKind.OAuthBearer
        ? new SaslMechanismOAuthBearer(login.User, token)
        : new SaslMechanismOAuth2(login.User, token);
}
