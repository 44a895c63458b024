namespace MailFunctions.Smtp.Credentials;

/// <summary>The connection has no TLS, and a login over it is not allowed: nothing of the login was sent.</summary>
internal sealed class LoginNeedsTlsException() : Exception(
    "The connection has no TLS, so the login was not sent: the password or token could be read on its way. Set Tls to required or implicit; where the relay has no TLS and the network is trusted, set AllowLoginWithoutTls.");
