namespace MailFunctions.Smtp.Credentials;

/// <summary>The SASL mechanisms that take a password, and the order in which they are tried.</summary>
internal static class LoginMechanisms
{
    /// <summary>They send the password itself, and their order is of no matter to its secrecy.</summary>
    private static readonly string[] Plain = ["PLAIN", "LOGIN"];

    /// <summary>Bound to the TLS connection (RFC 5802 section 6); MailKit has the binding.</summary>
    private static readonly string[] Bound = ["SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"];

    /// <summary>They prove the password without sending it; the strongest first.</summary>
    private static readonly string[] Proofs = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "CRAM-MD5", "NTLM", "GSSAPI"];

    public static IEnumerable<string> Known => [.. Plain, .. Bound, .. Proofs];

    public static bool IsKnown(string name) => Known.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>It sends the password itself: a refusal is about the password, and not about what the relay has stored of it.</summary>
    public static bool IsPlain(string name) => Plain.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// TLS keeps the password: PLAIN, which all relays do alike, comes first, then LOGIN, as other clients have it. Without
    /// TLS what does not send the password comes first.
    /// </summary>
    /// <param name="configured">Empty: all.</param>
    public static IReadOnlyList<string> InOrder(IReadOnlyList<string> configured, bool isSecure)
    {
        if (configured.Count > 0)
            return configured;
        return isSecure ? [.. Plain, .. Bound, .. Proofs] : [.. Proofs, .. Plain];
    }
}
