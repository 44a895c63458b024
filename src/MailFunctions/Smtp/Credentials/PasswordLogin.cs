using System.Net;
using System.Runtime.ExceptionServices;
using MailFunctions.Smtp.Sessions;
using MailKit.Security;

namespace MailFunctions.Smtp.Credentials;

/// <summary>Logs in to one relay with a password, by the mechanisms that it offers.</summary>
internal sealed class PasswordLogin(RelayLogin login)
{
    /// <summary>The most mechanisms that one login tries, each on a connection of its own; the next login begins with others.</summary>
    private const int MaxTries = 4;

    private readonly MechanismOrder _order = new(login.Mechanisms);

    /// <summary>
    /// Tries one mechanism after the other, each once. A refusal of the password itself ends the login: the password
    /// would be refused again, and the account locked. A refusal of a proof does not, since the relay may have stored
    /// nothing to check it against.
    /// </summary>
    /// <param name="show">Runs one mechanism over the connection.</param>
    /// <param name="reconnect">Replaces the connection: some relays close it after a refusal, which is noticed too late.</param>
    /// <exception cref="Exception">The last failure; the relay's verdict on the credentials if it gave one.</exception>
    public async Task AuthenticateAsync(
        SmtpConversation conversation, Func<SaslMechanism, CancellationToken, Task> show, Func<CancellationToken, Task> reconnect, CancellationToken cancellationToken)
    {
        var spent = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        (Exception Exception, LoginFailure Kind)? failed = null;
        for (var tries = 0; tries < MaxTries && Next() is { } name; tries++)
        {
            if (failed is not null)
            {
                if (!await TryReconnectAsync(reconnect, cancellationToken))
                    break;
                if (Next() is not { } stillOffered)
                    break;
                name = stillOffered;
            }

            spent.Add(name);
            try
            {
                await show(Create(name), cancellationToken);
                _order.Worked(name);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                var kind = LoginFailures.Of(exception);
                if (kind != LoginFailure.Connection)
                    _order.Failed(name);
                if (kind is LoginFailure.Connection or LoginFailure.Stall || (kind == LoginFailure.Credentials && LoginMechanisms.IsPlain(name)))
                    throw;
                // When one proof is refused, no other is tried.
                if (kind == LoginFailure.Credentials)
                    spent.UnionWith(LoginMechanisms.Known.Where(other => !LoginMechanisms.IsPlain(other)));
                if (failed is not { Kind: LoginFailure.Credentials } || kind == LoginFailure.Credentials)
                    failed = (exception, kind);
            }
        }

        if (failed is { } last)
            ExceptionDispatchInfo.Throw(last.Exception);
        throw new NotSupportedException(conversation.AuthenticationMechanisms.Count == 0
            ? "The relay offers no login (AUTH)."
            : $"The relay offers no mechanism that takes a password and that the settings allow: {string.Join(' ', conversation.AuthenticationMechanisms.Order(StringComparer.Ordinal))}.");

        string? Next() => _order.Next(conversation.AuthenticationMechanisms, conversation.IsSecure, spent);
    }

    private SaslMechanism Create(string name)
    {
        var credentials = new NetworkCredential(login.User, login.Password);
        return name.Equals("LOGIN", StringComparison.OrdinalIgnoreCase)
            ? new LoginPrompts(credentials)
            : SaslMechanism.Create(name.ToUpperInvariant(), credentials) ?? throw new NotSupportedException($"{name} is not to be had on this machine.");
    }

    private static async Task<bool> TryReconnectAsync(Func<CancellationToken, Task> reconnect, CancellationToken cancellationToken)
    {
        try
        {
            await reconnect(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is not LoginNeedsTlsException && !cancellationToken.IsCancellationRequested)
        {
            // The relay's reply to the login says more.
            return false;
        }
    }
}
