using System.Security.Cryptography;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Tests.Smtp.Signing;

/// <summary>Keys for tests, made once: an RSA key takes its time.</summary>
internal static class TestKeys
{
    private static readonly Lazy<RSA> Made = new(() => RSA.Create(2048));

    /// <summary>The Ed25519 key of RFC 8463 appendix A.2, as PKCS #8 (RFC 8410 section 7).</summary>
    public const string Ed25519 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    /// <summary>Its public key, from the same appendix.</summary>
    public const string Ed25519Public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    public static RSA Rsa => Made.Value;

    public static string RsaPem { get; } = Rsa.ExportPkcs8PrivateKeyPem();

    public static DkimKeyOptions Key(string key, string selector = "s1", string domain = "example.com") => new() { Domain = domain, Selector = selector, Key = key };

    public static SigningDomains Domains(params DkimKeyOptions[] keys) => SigningDomains.Read(Options(keys));

    public static DkimOptions Options(params DkimKeyOptions[] keys)
    {
        var options = new DkimOptions();
        foreach (var key in keys)
            options.Keys.Add(key);
        return options;
    }
}
