using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Intake.Idempotency;

/// <summary>An idempotency key in the scope of its caller, as it is stored: a hash, so that it may contain any characters.</summary>
/// <param name="Scope">Identifies the caller.</param>
internal sealed record IdempotencyKey(string Scope, string Row)
{
    public const string Header = ApiHeaders.IdempotencyKey;

    public const int MaxChars = ApiHeaders.MaxIdempotencyKeyChars;

    /// <summary>Returns the value of the header; null without one.</summary>
    public static string? Of(HttpRequest request) => request.Headers.TryGetValue(Header, out var values) ? string.Join(',', values.ToArray()) : null;

    public static IdempotencyKey Of(string scope, string text) =>
        new(scope, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    public static bool IsValid(string text, [NotNullWhen(false)] out Problem? problem)
    {
        problem = text.Length is >= 1 and <= MaxChars
            ? null
            : Problem.InvalidIdempotencyKey(Header, $"It has {text.Length} characters: 1 to {MaxChars} are allowed.");
        return problem is null;
    }
}
