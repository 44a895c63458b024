namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails/requeue</c> and <c>POST emails/discard</c>.</summary>
/// <param name="Matched">Mails that fit, up to 1,000.</param>
/// <param name="Done">Mails decided about: 0 in a dry run.</param>
/// <param name="More">There are more than this call looked at.</param>
public sealed record BulkAnswer(bool DryRun, int Matched, int Done, bool More);
