using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Api.Resend;

internal sealed record ResendId(string Id)
{
    public static byte[] Of(LedgerRow row) => JsonSerializer.SerializeToUtf8Bytes(new ResendId(row.Id.ToString()), ResendJson.Default.ResendId);
}

/// <param name="Errors">The errors of the emails that were left out; absent when the mode allows none.</param>
internal sealed record ResendBatchAnswer(IReadOnlyList<ResendId> Data, IReadOnlyList<ResendBatchError>? Errors)
{
    public static byte[] Of(IReadOnlyList<LedgerRow> rows, ErrorList? faults) => JsonSerializer.SerializeToUtf8Bytes(
        new ResendBatchAnswer(
            [.. rows.Select(row => new ResendId(row.Id.ToString()))],
            faults is null ? null : [.. faults.Listed.Select(error => new ResendBatchError(error.Index ?? 0, ResendErrors.Sentence(error)))]),
        ResendJson.Default.ResendBatchAnswer);
}

internal sealed record ResendBatchError(int Index, string Message);

/// <summary>The answer to a call that changed an email.</summary>
internal sealed record ResendChanged(string Object, string Id);

/// <param name="StatusCode">The HTTP status code, repeated in the body.</param>
internal sealed record ResendError([property: JsonPropertyName("statusCode")] int StatusCode, string Message, string Name);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResendId))]
[JsonSerializable(typeof(ResendBatchAnswer))]
[JsonSerializable(typeof(ResendChanged))]
[JsonSerializable(typeof(ResendError))]
internal sealed partial class ResendJson : JsonSerializerContext;
