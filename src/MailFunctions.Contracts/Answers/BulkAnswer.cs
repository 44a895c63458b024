using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails/requeue</c> and <c>POST emails/discard</c>.</summary>
/// <param name="Matched">Mails that match the filters, including skipped ones; up to 1,000.</param>
/// <param name="Done">Mails that were changed: 0 in a dry run.</param>
/// <param name="More">True when there may be more mails than this call looked at: call again with <paramref name="After"/>.</param>
/// <param name="Sample">In a dry run, the ids of up to ten of the mails that would be changed, the newest first.</param>
/// <param name="Skipped">Mails that match but were not, or would not be, changed; absent when there are none.</param>
/// <param name="After">The cursor for the next call; absent at the end.</param>
[Schema("BulkAnswer")]
public sealed record BulkAnswer(
    bool DryRun,
    [Range(0, 1000)] int Matched,
    int Done,
    bool More,
    [Schema(SchemaNames.Id), MaxLength(10)] IReadOnlyList<string>? Sample = null,
    BulkSkipped? Skipped = null,
    string? After = null);

/// <param name="ContentPurged">Mails whose content is purged, or will be within minutes: they can only be submitted anew.</param>
/// <param name="NoRecipient">Mails without a recipient that is left to send to.</param>
/// <param name="Changed">Mails that were changed concurrently.</param>
public sealed record BulkSkipped(int ContentPurged, int NoRecipient, int Changed);
