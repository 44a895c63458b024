using System.Text.Json.Serialization;
using MailFunctions.Suppression;

namespace MailFunctions.SuppressionApi;

internal sealed record SuppressionAnswer(string Address, string Reason, string Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Note)
{
    public static SuppressionAnswer Of(SuppressionEntry entry) =>
        new(entry.Address, entry.Reason.Name(), entry.Scope.Name(), entry.CreatedAt, entry.ExpiresAt, entry.Note);
}

/// <param name="After">What to give as <c>after</c> for the next page; null when this is the last.</param>
internal sealed record SuppressionPage(IReadOnlyList<SuppressionAnswer> Data, string? After);

/// <param name="Imported">Addresses; one that was named twice counts once.</param>
internal sealed record ImportAnswer(int Imported);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SuppressionAnswer))]
[JsonSerializable(typeof(SuppressionPage))]
[JsonSerializable(typeof(ImportAnswer))]
internal sealed partial class SuppressionJson : JsonSerializerContext;
