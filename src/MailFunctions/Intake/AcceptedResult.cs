using System.Text.Json.Serialization;
using MailFunctions.Http;
using MailFunctions.Ledger;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Intake;

/// <summary>202 with where to ask what became of the mail.</summary>
internal sealed class AcceptedResult(LedgerRow row) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = $"{httpContext.Request.PathBase}{httpContext.Request.Path}/{row.Id}";
        var body = new AcceptedAnswer(row.Id.ToString(), row.State.Name(), row.Lane.Name(), row.AcceptedAt, row.ExpiresAt, row.Recipients.Count);
        return JsonAnswer.WriteAsync(httpContext, StatusCodes.Status202Accepted, body, IntakeJson.Default.AcceptedAnswer);
    }
}

internal sealed record AcceptedAnswer(string Id, string Status, string Lane, DateTimeOffset AcceptedAt, DateTimeOffset ExpiresAt, int Recipients);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AcceptedAnswer))]
internal sealed partial class IntakeJson : JsonSerializerContext;
