using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailKit.Security;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Logs in to one relay.</summary>
internal sealed class Authenticator : IDisposable
{
    private readonly Relay _relay;
    private readonly AccessTokens? _tokens;
    private readonly PasswordLogin? _password;

    public Authenticator(Relay relay, TokenCredentialFactory create, TimeProvider clock)
    {
        _relay = relay;
        if (relay.Login?.Tokens is { } source)
            _tokens = new AccessTokens(source.Scope, () => create(source.Options), clock);
        else if (relay.Login is { } login)
            _password = new PasswordLogin(login);
    }

    /// <exception cref="AuthenticationException">The relay refuses the credentials, or a token made just now.</exception>
    /// <exception cref="TokenException">No token could be obtained.</exception>
    /// <exception cref="LoginNeedsTlsException">The connection has no TLS: nothing was sent.</exception>
    public async Task AuthenticateAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        if (_relay.Login is not { } login)
            return;
        RequireTls(conversation);
        if (_password is not null)
        {
            await _password.AuthenticateAsync(
                conversation,
                (mechanism, cancellation) => ShowAsync(conversation, mechanism, cancellation),
                cancellation => ReconnectAsync(conversation, cancellation),
                cancellationToken);
            return;
        }

        var (token, wasKept) = await _tokens!.GetAsync(refused: null, cancellationToken);
        try
        {
            await ShowAsync(conversation, Mechanism(login, token), cancellationToken);
        }
        catch (AuthenticationException) when (wasKept)
        {
            (token, _) = await _tokens.GetAsync(refused: token, cancellationToken);
            await ReconnectAsync(conversation, cancellationToken);
            await ShowAsync(conversation, Mechanism(login, token), cancellationToken);
        }
    }

    public void Dispose() => _tokens?.Dispose();

    /// <summary>
    /// Refuses a login without TLS: before a token is fetched, and again for each connection, since an attacker on the
    /// path can remove STARTTLS at any time.
    /// </summary>
    private void RequireTls(SmtpConversation conversation)
    {
        if (_relay.Login is { NeedsTls: true } && !conversation.IsSecure)
            throw new LoginNeedsTlsException();
    }

    /// <summary>Runs one exchange within the time of a reply, since a relay could send challenges without end.</summary>
    private async Task ShowAsync(SmtpConversation conversation, SaslMechanism mechanism, CancellationToken cancellationToken)
    {
        using var showing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        showing.CancelAfter(_relay.ReplyTimeout);
        try
        {
            await conversation.AuthenticateAsync(mechanism, showing.Token);
        }
        catch (AuthenticationException refused) when (LoginFailures.CodeOf(refused) is null)
        {
            // MailKit omits the code when it is 534 (RFC 4954 section 6).
            throw new AuthenticationException($"534: {refused.Message}", refused.InnerException ?? refused);
        }
    }

    /// <summary>Reconnects: some relays close the connection after a refusal, which is noticed too late.</summary>
    private async Task ReconnectAsync(SmtpConversation conversation, CancellationToken cancellationToken)
    {
        await conversation.DisconnectAsync(quit: false, cancellationToken);
        await conversation.ConnectAsync(_relay, cancellationToken);
        RequireTls(conversation);
    }

    private static SaslMechanism Mechanism(RelayLogin login, string token) => login.Kind == LoginKind.OAuthBearer
        ? new SaslMechanismOAuthBearer(login.User, token)
        : new SaslMechanismOAuth2(login.User, token);
}
