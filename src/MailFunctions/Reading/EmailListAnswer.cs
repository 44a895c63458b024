using System.Text.Json.Serialization;
using MailFunctions.Ledger;

namespace MailFunctions.Reading;

/// <summary>One page of mails.</summary>
/// <param name="After">The cursor of the next page; null when there is none.</param>
internal sealed record EmailPage(IReadOnlyList<LedgerRow> Rows, string? After);

/// <summary>The JSON of <c>GET emails</c>.</summary>
internal sealed record EmailListAnswer(IReadOnlyList<ListedEmail> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After)
{
    public static EmailListAnswer Of(EmailPage page) => new([.. page.Rows.Select(ListedEmail.Of)], page.After);
}

/// <param name="Recipients">How many it has; <c>GET emails/{id}</c> names them.</param>
/// <param name="Attempts">How many were begun.</param>
/// <param name="Relay">The one that the last of them went to.</param>
internal sealed record ListedEmail(
    string Id,
    string Status,
    string Lane,
    string From,
    string Subject,
    int Recipients,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<Tag> Tags,
    string? BatchId,
    int Attempts,
    string? Relay,
    int Faults,
    string? Reason)
{
    public static ListedEmail Of(LedgerRow row) => new(
        row.Id.ToString(),
        row.State.Name(),
        row.Lane.Name(),
        row.Sender,
        row.Subject,
        row.Recipients.Count,
        row.AcceptedAt,
        row.ScheduledAt,
        row.State.IsOpen() ? row.DueAt : null,
        row.EndedAt,
        row.Tags,
        row.Batch?.ToString(),
        row.Attempt,
        row.Relay,
        row.Faults,
        row.Reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmailListAnswer))]
internal sealed partial class EmailListJson : JsonSerializerContext;
