namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails/requeue</c> and <c>POST emails/discard</c>.</summary>
/// <param name="Matched">Mails that fit, those that were skipped included; up to 1,000.</param>
/// <param name="Done">Mails decided about: 0 in a dry run.</param>
/// <param name="More">There may be more than this call looked at: call again with <paramref name="After"/>.</param>
/// <param name="Sample">In a dry run the ids of up to ten of the mails that it would be done to, the newest first.</param>
/// <param name="Skipped">Mails that fit, and that it was not, or would not be, done to; absent when there are none.</param>
/// <param name="After">Where the next call goes on; absent when there is no more.</param>
public sealed record BulkAnswer(bool DryRun, int Matched, int Done, bool More, IReadOnlyList<string>? Sample = null, BulkSkipped? Skipped = null, string? After = null);

/// <param name="ContentPurged">What they said is purged, or is within minutes: they can only be sent anew.</param>
/// <param name="NoRecipient">Nobody is left to send them to.</param>
/// <param name="Changed">Somebody else changed them meanwhile.</param>
public sealed record BulkSkipped(int ContentPurged, int NoRecipient, int Changed);
