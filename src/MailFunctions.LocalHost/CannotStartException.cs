namespace MailFunctions.LocalHost;

/// <summary>The local host cannot start for a reason outside of it; the message is one sentence for the person at the console.</summary>
internal sealed class CannotStartException(string sentence) : Exception(sentence);
