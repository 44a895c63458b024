namespace MailFunctions.Smtp.Credentials;

/// <summary>No access token could be had. The message names the kind of failure, and nothing that a credential could be in.</summary>
internal sealed class TokenException(string message) : Exception(message);
