using System.Text.Json.Serialization;

namespace MailFunctions.Erasure;

/// <summary>What one call did.</summary>
/// <param name="Matched">Mails to the address that it met.</param>
/// <param name="Erased">Mails that name it no more: 0 in a dry run.</param>
/// <param name="Open">Mails that are not over, or await a person, and are left alone.</param>
/// <param name="Suppressed">The address is on the suppression list now.</param>
/// <param name="Through">Mail that was accepted before it is looked through, once a call says that it is complete.</param>
/// <param name="Complete">There is no more to look through.</param>
/// <param name="After">For the next call; null when it is complete.</param>
internal sealed record ErasureAnswer(bool DryRun, int Matched, int Erased, int Open, bool Suppressed, DateTimeOffset Through, bool Complete, string? After);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErasureAnswer))]
internal sealed partial class ErasureJson : JsonSerializerContext;
