using System.Globalization;
using System.Text.RegularExpressions;
using MailFunctions.Smtp.Wire;
using MailKit.Security;

namespace MailFunctions.Smtp.Credentials;

/// <summary>The kind of a failed login.</summary>
internal enum LoginFailure
{
    /// <summary>This mechanism does not work here: the relay does not support it, broke off, or sent nonsense.</summary>
    Mechanism,

    /// <summary>The relay judged the credentials: they are wrong, or cannot be checked now.</summary>
    Credentials,

    /// <summary>The relay did not answer: another try would take as long.</summary>
    Stall,

    /// <summary>The connection failed, whatever the mechanism.</summary>
    Connection,
}

/// <summary>Classifies the failures of a login.</summary>
internal static partial class LoginFailures
{
    /// <summary>
    /// Classifies by RFC 4954 section 6 and RFC 5321 section 4.2.2: 500 to 504 say that the command or its parameter is
    /// not known, 534 and 538 that the mechanism is not allowed for us or not without TLS. A 334 is a challenge beyond the last.
    /// </summary>
    public static LoginFailure Of(Exception exception) => exception switch
    {
        TimeoutException or OperationCanceledException or WireException { Fault: WireFault.TimedOut } => LoginFailure.Stall,
        WireException { Fault: WireFault.OutOfStep or WireFault.Closing or WireFault.TooLong } => LoginFailure.Connection,
        AuthenticationException { InnerException: SaslException } => LoginFailure.Mechanism,
        AuthenticationException refused => CodeOf(refused) switch
        {
            421 or 530 => LoginFailure.Connection,
            null or (>= 500 and <= 504) or 534 or 538 or < 400 => LoginFailure.Mechanism,
            _ => LoginFailure.Credentials,
        },
        LoginNeedsTlsException => LoginFailure.Connection,
        // Some mechanisms throw arbitrary exceptions for a challenge that they cannot read.
        _ => LoginFailure.Mechanism,
    };

    /// <summary>Reads the code that MailKit puts at the beginning of its message; it omits 534.</summary>
    public static int? CodeOf(AuthenticationException refused) =>
        Code().Match(refused.Message) is { Success: true } match ? int.Parse(match.ValueSpan[..3], CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\A\d{3}: ")]
    private static partial Regex Code();
}
