using MailFunctions.Smtp.Signing;

namespace MailFunctions.Domains;

/// <summary>The app's settings for mail from one domain.</summary>
/// <param name="Domain">The domain of From, in lower-case ASCII.</param>
/// <param name="EnvelopeDomain">The domain of the envelope's sender; that of From where the settings name no other.</param>
/// <param name="Signing">The domain that signs, with its keys; null for mail that the app does not sign.</param>
internal sealed record Sender(string Domain, string EnvelopeDomain, SigningDomain? Signing);
