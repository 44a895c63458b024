using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Http;
using MailFunctions.Ledger;

namespace MailFunctions.Intake;

/// <summary>What a caller is told of one email that was accepted.</summary>
internal sealed record AcceptedAnswer(
    string Id, string Status, string Lane, DateTimeOffset AcceptedAt, DateTimeOffset? ScheduledAt, DateTimeOffset ExpiresAt, int Recipients)
{
    /// <summary>As it was accepted: an idempotent request that comes back later gets the same words.</summary>
    public static byte[] Of(LedgerRow row) => JsonSerializer.SerializeToUtf8Bytes(
        new(row.Id.ToString(), StateOf(row).Name(), row.Lane.Name(), row.AcceptedAt, row.ScheduledAt, row.ExpiresAt, row.Recipients.Count),
        IntakeJson.Default.AcceptedAnswer);

    private static EmailState StateOf(LedgerRow row) => row.SendableAt > row.AcceptedAt ? EmailState.Scheduled : EmailState.Queued;
}

/// <summary>What a caller is told of a batch: the ids in the order of the emails, and what is wrong with those left out.</summary>
internal sealed record AcceptedBatchAnswer(string Id, IReadOnlyList<AcceptedId> Data, IReadOnlyList<ProblemError>? Errors)
{
    public static byte[] Of(EmailId batch, IReadOnlyList<LedgerRow> rows, ErrorList faults) => JsonSerializer.SerializeToUtf8Bytes(
        new(batch.ToString(), [.. rows.Select(row => new AcceptedId(row.Id.ToString()))], faults.Any ? faults.Listed : null),
        IntakeJson.Default.AcceptedBatchAnswer);
}

internal sealed record AcceptedId(string Id);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AcceptedAnswer))]
[JsonSerializable(typeof(AcceptedBatchAnswer))]
internal sealed partial class IntakeJson : JsonSerializerContext;
