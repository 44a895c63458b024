using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/{id}/resolve</c>.</summary>
/// <param name="As">The decision about its uncertain recipients; the others keep what they have.</param>
[Schema("Decision")]
public sealed record DecisionRequest([Words(typeof(DecisionName))] string As);

/// <summary>The body of <c>POST emails/requeue</c> and <c>POST emails/discard</c>: selects the mails that match every filter set.</summary>
/// <param name="State">
/// <see cref="EmailStatus.Dead"/> or <see cref="EmailStatus.Uncertain"/>; to requeue also <see cref="EmailStatus.Failed"/>,
/// <see cref="EmailStatus.Expired"/> or <see cref="EmailStatus.Partial"/>.
/// </param>
/// <param name="Lane">The lane of the mail; both when absent.</param>
/// <param name="DryRun">True to count only.</param>
[Schema("BulkRequeue")]
[Schema("BulkDecision", Rules = """{"properties": {"state": {"enum": ["dead", "uncertain"], "description": "`dead` or `uncertain`."}}}""")]
public sealed record BulkDecisionRequest(
    [AllowedValues(EmailStatus.Dead, EmailStatus.Uncertain, EmailStatus.Failed, EmailStatus.Expired, EmailStatus.Partial)] string State,
    [Words(typeof(EmailLane))] string? Lane = null,
    bool DryRun = true)
{
    /// <summary>
    /// Selects mails accepted at or after this time. Absent for mail in a final state, it is 30 days before <see cref="To"/>, or
    /// before now.
    /// </summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Selects mails accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The id of the batch in which the mail was accepted.</summary>
    [Schema(SchemaNames.Id)]
    public string? Batch { get; init; }

    /// <summary>The name of the relay of its last attempt.</summary>
    [Length(1, 256)]
    public string? Relay { get; init; }

    /// <summary>
    /// The last reply code of a recipient that has not got the mail: from 400 to 599, such as 550, or 0 for no reply. Of rejected
    /// recipients, only those whom it fits are tried again.
    /// </summary>
    [Range(0, 599)]
    public int? Code { get; init; }

    /// <summary>The last enhanced status code of such a recipient (RFC 3463), such as <c>5.4.5</c>.</summary>
    [RegularExpression("""^[245]\.[0-9]{1,3}\.[0-9]{1,3}$"""), MaxLength(256)]
    public string? EnhancedCode { get; init; }

    /// <summary>The <see cref="BulkAnswer.After"/> of an earlier call with the same filters.</summary>
    [MaxLength(256)]
    public string? After { get; init; }
}
