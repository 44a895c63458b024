using System.Text.Json.Serialization;

namespace MailFunctions.Changes;

internal sealed record ChangedAnswer(string Id, string Status);

/// <param name="Canceled">How many are canceled, by this call or before.</param>
internal sealed record CanceledBatchAnswer(string Id, int Canceled, int Emails, IReadOnlyList<ChangedAnswer> Data);

internal sealed record RescheduledAnswer(string Id, string Status, DateTimeOffset ScheduledAt, DateTimeOffset ExpiresAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChangedAnswer))]
[JsonSerializable(typeof(CanceledBatchAnswer))]
[JsonSerializable(typeof(RescheduledAnswer))]
internal sealed partial class ChangesJson : JsonSerializerContext;
