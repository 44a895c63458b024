using MailFunctions.Mail;

namespace MailFunctions.Unsubscription;

/// <summary>A recipient and the mail that they can leave by the link in one mail.</summary>
/// <param name="Mailbox">The recipient's envelope address.</param>
/// <param name="Topic">Null: all mail of the lane bulk.</param>
/// <param name="Email">The mail that the link came with.</param>
internal sealed record Subscription(string Mailbox, string? Topic, EmailId Email);
