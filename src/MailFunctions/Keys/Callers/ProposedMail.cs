using MailFunctions.Mail;

namespace MailFunctions.Keys.Callers;

/// <summary>The parts of a submitted mail that a key can be limited in.</summary>
/// <param name="Template">The name of its template; null without one.</param>
internal sealed record ProposedMail(EmailAddress From, Lane Lane, IEnumerable<EmailAddress> Recipients, IEnumerable<string> Headers, string? Template);
