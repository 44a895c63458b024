using System.Text.Json.Serialization;
using MailFunctions.Delivery;
using MailFunctions.Ledger;

namespace MailFunctions.Resolution;

internal sealed record Decision(string? As);

internal sealed record DecisionAnswer(string Id, string Status);

internal sealed record BulkDecision(string? State, string? Lane, bool? DryRun);

/// <param name="Matched">Mails that fit, up to 1,000.</param>
/// <param name="Done">Mails decided about: 0 in a dry run.</param>
/// <param name="More">There are more than this call looked at.</param>
internal sealed record BulkAnswer(bool DryRun, int Matched, int Done, bool More);

internal sealed record HeldAnswer(string Id, string Status, string Lane, string From, string Subject, DateTimeOffset AcceptedAt, DateTimeOffset? EndedAt, int Attempts, int Faults, string? Reason)
{
    public static HeldAnswer Of(LedgerRow row) =>
        new(row.Id.ToString(), row.State.Name(), row.Lane.Name(), row.Sender, row.Subject, row.AcceptedAt, row.EndedAt, row.Attempt, row.Faults, row.Reason);
}

/// <param name="After">What to give as <c>after</c> for the next page; null when this is the last.</param>
internal sealed record HeldPage(IReadOnlyList<HeldAnswer> Data, string? After);

internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(BulkDecision))]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(HeldPage))]
[JsonSerializable(typeof(DeadLetterPage))]
internal sealed partial class ResolutionJson : JsonSerializerContext;
