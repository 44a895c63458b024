using System.Net;
using System.Text;
using MailKit.Security;

namespace MailFunctions.Smtp.Credentials;

/// <summary>
/// SASL LOGIN (draft-murchison-sasl-login-00). A prompt that names the user or the password gets it, in any order; other
/// prompts get the user and then the password. Neither is sent twice.
/// </summary>
internal sealed class LoginPrompts(NetworkCredential credentials) : SaslMechanism(credentials)
{
    private bool _saidUser;
    private bool _saidPassword;

    public override string MechanismName => "LOGIN";

    public override void Reset()
    {
        (_saidUser, _saidPassword) = (false, false);
        base.Reset();
    }

    /// <param name="token">The relay's prompt; null when it was not base64.</param>
    protected override byte[] Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        if (IsAuthenticated)
            throw new SaslException(MechanismName, SaslErrorCode.ChallengeTooLong, "The relay asks for more than a user and a password.");
        var prompt = token is null ? "" : Encoding.UTF8.GetString(token, startIndex, length);
        var asksPassword = prompt.Contains("pass", StringComparison.OrdinalIgnoreCase);
        var asksUser = !asksPassword && prompt.Contains("user", StringComparison.OrdinalIgnoreCase);
        var saysPassword = _saidUser || (asksPassword && !_saidPassword);
        if (asksUser && !_saidUser)
            saysPassword = false;

        (_saidUser, _saidPassword) = saysPassword ? (_saidUser, true) : (true, _saidPassword);
        IsAuthenticated = _saidUser && _saidPassword;
        return Encoding.UTF8.GetBytes(saysPassword ? Credentials.Password : Credentials.UserName);
    }
}
