namespace MailFunctions.LocalHost;

/// <summary>The local host cannot start for an external reason; the message is one sentence for the user at the console.</summary>
internal sealed class CannotStartException(string sentence) : Exception(sentence);
