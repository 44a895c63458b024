using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Credentials;

internal enum LoginKind
{
    /// <summary>A mechanism that the relay offers and that takes a password, in the order of <see cref="LoginMechanisms"/>.</summary>
    Password,

    /// <summary>SASL XOAUTH2, of Google and Microsoft.</summary>
    XOAuth2,

    /// <summary>SASL OAUTHBEARER (RFC 7628).</summary>
    OAuthBearer,
}

/// <summary>Who we are to a relay, and how it is proved.</summary>
/// <param name="Password">For <see cref="LoginKind.Password"/>.</param>
/// <param name="Tokens">For the others.</param>
internal sealed record RelayLogin(LoginKind Kind, string User, string? Password, TokenSource? Tokens)
{
    /// <summary>The mechanisms for a password, the first choice first. Empty: all that are known, in their usual order.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = [];

    /// <summary>Nothing is said of it over a connection without TLS.</summary>
    public bool NeedsTls { get; init; } = true;

    /// <summary>Never the secret.</summary>
    public override string ToString() => Kind.ToString();
}

/// <summary>Where access tokens come from; the first that is set of secret, certificate, managed identity, else the identity that the app runs under.</summary>
internal sealed record TokenSource(string Scope, OAuthOptions Options)
{
    public override string ToString() => Scope;
}
