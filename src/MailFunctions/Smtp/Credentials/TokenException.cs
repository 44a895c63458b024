namespace MailFunctions.Smtp.Credentials;

/// <summary>
/// No access token could be obtained. The message names the kind of failure, and nothing that could contain a credential.
/// </summary>
internal sealed class TokenException(string message) : Exception(message);
