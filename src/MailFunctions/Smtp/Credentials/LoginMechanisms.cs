namespace MailFunctions.Smtp.Credentials;

/// <summary>The SASL mechanisms that take a password, and the order in which they are tried.</summary>
internal static class LoginMechanisms
{
    /// <summary>Mechanisms that send the password itself; their order does not affect its secrecy.</summary>
    private static readonly string[] Plain = ["PLAIN", "LOGIN"];

    /// <summary>Mechanisms bound to the TLS connection (RFC 5802 section 6); MailKit implements the binding.</summary>
    private static readonly string[] Bound = ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"];

    /// <summary>Mechanisms that prove the password without sending it; the strongest first.</summary>
    private static readonly string[] Proofs = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "NTLM", "GSSAPI"];

    public static IEnumerable<string> Known => [.. Plain, .. Bound, .. Proofs];

    public static bool IsKnown(string name) => Known.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// True when the mechanism sends the password itself: a refusal is then about the password, and not about what
    /// the relay has stored of it.
    /// </summary>
    public static bool IsPlain(string name) => Plain.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the order of tries. TLS protects the password: PLAIN, which all relays implement alike, comes first, then
    /// LOGIN, as in other clients. Without TLS the mechanisms that do not send the password come first.
    /// </summary>
    /// <param name="configured">Empty: all.</param>
    public static IReadOnlyList<string> InOrder(IReadOnlyList<string> configured, bool isSecure)
    {
        if (configured.Count > 0)
            return configured;
        return isSecure ? [.. Plain, .. Bound, .. Proofs] : [.. Proofs, .. Plain];
    }
}
