using System.Text;
using MailFunctions.Http;
using MailFunctions.Intake;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Intake;

/// <summary>Requests as the tests of this folder send them.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);

    public static Task<OrProblem<EmailDraft>> ReadAsync(string json) => ReadAsync(Encoding.UTF8.GetBytes(json));

    public static Task<OrProblem<EmailDraft>> ReadAsync(ReadOnlyMemory<byte> body, string? contentType = "application/json") =>
        new EmailRequestReader(new FakeTimeProvider(Now))
            .ReadAsync(new MemoryStream(body.ToArray()), contentType, body.Length, TestContext.Current.CancellationToken);

    public static async Task<EmailDraft> DraftAsync(string json)
    {
        var reading = await ReadAsync(json);
        Assert.True(reading.Succeeded, string.Join("; ", reading.Problem?.Errors.Select(error => $"{error.Pointer}: {error.Message}") ?? []) + reading.Problem?.Detail);
        return reading.Value;
    }
}
