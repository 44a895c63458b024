using System.Text;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Smtp.Sandbox;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Intake;

/// <summary>Requests as the tests of this folder send them.</summary>
internal static class EmailRequests
{
    public static readonly SandboxRules NoSandbox = new(Options.Create(new SandboxOptions()));

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);

    public static Task<OrProblem<EmailDraft>> ReadAsync(string json) => ReadAsync(Encoding.UTF8.GetBytes(json));

    public static Task<OrProblem<EmailDraft>> ReadAsync(ReadOnlyMemory<byte> body, string? contentType = "application/json") =>
        ReadAsync(new MemoryStream(body.ToArray()), contentType, body.Length);

    /// <param name="announced">The Content-Length.</param>
    public static async Task<OrProblem<EmailDraft>> ReadAsync(Stream body, string? contentType, long? announced) =>
        Parse(await RequestDocument.ReadAsync(body, contentType, announced, EmailLimits.JsonValues, TestContext.Current.CancellationToken));

    /// <summary>With any sender allowed.</summary>
    public static OrProblem<EmailDraft> Parse(OrProblem<RequestDocument> document, RequestLookups? lookups = null)
    {
        if (!document.Succeeded)
            return document.Problem;
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        var submission = new EmailRequest(anyone, NoSandbox).Parse(document.Value, Now, lookups ?? RequestLookups.None);
        return submission.Succeeded ? Assert.Single(submission.Value.Drafts) : submission.Problem;
    }

    public static async Task<EmailDraft> DraftAsync(string json)
    {
        var reading = await ReadAsync(json);
        Assert.True(reading.Succeeded, string.Join("; ", reading.Problem?.Errors.Select(error => $"{error.Pointer}: {error.Message}") ?? []) + reading.Problem?.Detail);
        return reading.Value;
    }
}
