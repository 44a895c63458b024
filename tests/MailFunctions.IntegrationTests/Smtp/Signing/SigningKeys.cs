using System.Security.Cryptography;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.IntegrationTests.Smtp.Signing;

/// <summary>An RSA and an Ed25519 key of example.org, as settings and as records.</summary>
internal static class SigningKeys
{
    public const string RsaRecord = "s1._domainkey.example.org";

    public const string Ed25519Record = "e1._domainkey.example.org";

    /// <summary>The key of RFC 8463 appendix A.2, as PKCS #8.</summary>
    private const string Ed25519 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

    private static readonly Lazy<RSA> Rsa = new(() => RSA.Create(2048));

    public static IReadOnlyList<(string Name, string Value)> Settings { get; } = [.. Setting(0, "s1", RsaPem), .. Setting(1, "e1", Ed25519)];

    /// <summary>The public keys are those of the platform and of the RFC, not those that the app would publish.</summary>
    public static IReadOnlyDictionary<string, string> Records { get; } = new Dictionary<string, string>
    {
        [RsaRecord] = $"v=DKIM1; p={Convert.ToBase64String(Rsa.Value.ExportSubjectPublicKeyInfo())}",
        [Ed25519Record] = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    };

    public static string RsaPem => Rsa.Value.ExportPkcs8PrivateKeyPem().ReplaceLineEndings("\\n");

    public static IEnumerable<(string Name, string Value)> Setting(int index, string selector, string key)
    {
        var path = FormattableString.Invariant($"{DkimOptions.Section}:Keys:{index}");
        return [($"{path}:Domain", "example.org"), ($"{path}:Selector", selector), ($"{path}:Key", key)];
    }
}
