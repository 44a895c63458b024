using System.Text.Json.Serialization;
using MailFunctions.Delivery;

namespace MailFunctions.Resolution;

internal sealed record DecisionAnswer(string Id, string Status);

/// <param name="Matched">Mails that fit, up to 1,000.</param>
/// <param name="Done">Mails decided about: 0 in a dry run.</param>
/// <param name="More">There are more than this call looked at.</param>
internal sealed record BulkAnswer(bool DryRun, int Matched, int Done, bool More);

internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DecisionAnswer))]
[JsonSerializable(typeof(BulkAnswer))]
[JsonSerializable(typeof(DeadLetterPage))]
internal sealed partial class ResolutionJson : JsonSerializerContext;
