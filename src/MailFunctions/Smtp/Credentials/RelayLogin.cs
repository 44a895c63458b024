using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Credentials;

internal enum LoginKind
{
    /// <summary>A mechanism that the relay offers and that uses a password, in the order of <see cref="LoginMechanisms"/>.</summary>
    Password,

    /// <summary>SASL XOAUTH2, of Google and Microsoft.</summary>
    XOAuth2,

    /// <summary>SASL OAUTHBEARER (RFC 7628).</summary>
    OAuthBearer,
}

/// <summary>The account of this app at a relay, and its proof.</summary>
/// <param name="Password">For <see cref="LoginKind.Password"/>.</param>
/// <param name="Tokens">For the others.</param>
internal sealed record RelayLogin(LoginKind Kind, string User, string? Password, TokenSource? Tokens)
{
    /// <summary>The mechanisms for a password, the first choice first. Empty: all known ones, in their usual order.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = [];

    /// <summary>No login is sent over a connection without TLS.</summary>
    public bool NeedsTls { get; init; } = true;

    /// <summary>Omits the secret.</summary>
    public override string ToString() => Kind.ToString();
}

/// <summary>
/// The source of access tokens: the first that is set of secret, certificate, managed identity, otherwise the
/// identity that the app runs under.
/// </summary>
internal sealed record TokenSource(string Scope, OAuthOptions Options)
{
    public override string ToString() => Scope;
}
