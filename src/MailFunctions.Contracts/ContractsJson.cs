using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>How the types of the API are written and read: names in snake_case, and nothing for what is absent.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmailMessage))]
[JsonSerializable(typeof(EmailBatch))]
[JsonSerializable(typeof(ScheduleChange))]
[JsonSerializable(typeof(AcceptedAnswer))]
[JsonSerializable(typeof(AcceptedBatchAnswer))]
[JsonSerializable(typeof(EmailAnswer))]
[JsonSerializable(typeof(EmailListAnswer))]
[JsonSerializable(typeof(ExplainAnswer))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(ChangedAnswer))]
[JsonSerializable(typeof(CanceledBatchAnswer))]
[JsonSerializable(typeof(RescheduledAnswer))]
[JsonSerializable(typeof(ProblemDocument))]
public sealed partial class ContractsJson : JsonSerializerContext;
