using System.Globalization;
using Azure.Core;

namespace MailFunctions.Tests.Smtp;

/// <summary>Gives out token-1, token-2 and so on, each valid for an hour from when it was asked for.</summary>
internal sealed class FakeTokenCredential(TimeProvider clock) : TokenCredential
{
    private int _given;

    /// <summary>How often it was asked.</summary>
    public int Given => Volatile.Read(ref _given);

    public string? Scope { get; private set; }

    /// <summary>Thrown instead of a token.</summary>
    public Exception? Fault { get; set; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scope = requestContext.Scopes.Single();
        var number = Interlocked.Increment(ref _given);
        return Fault is null
            ? new AccessToken($"token-{number.ToString(CultureInfo.InvariantCulture)}", clock.GetUtcNow() + TimeSpan.FromHours(1))
            : throw Fault;
    }

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return GetToken(requestContext, cancellationToken);
    }
}
