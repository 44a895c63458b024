namespace MailFunctions.Storage;

/// <summary>
/// Recognises references in place of a secret in a setting. Azure replaces a reference by the secret before the app starts,
/// and leaves it unchanged if it cannot (learn.microsoft.com/azure/app-service/app-service-key-vault-references). The Azure
/// Developer CLI replaces its own addresses in parameter files of JSON, but not in a bicepparam.
/// </summary>
public static class SecretReference
{
    /// <summary>The fix for an unresolved address of the Azure Developer CLI.</summary>
    public const string AzdCure =
        "is an akvs:// address of 'azd env set-secret', not the secret: azd does not resolve it in a bicepparam file. "
        + "Put the secret into the deployment's Key Vault (az keyvault secret set), and leave the azd variable unset.";

    private static readonly string[] Platform = ["@Microsoft.KeyVault", "@Microsoft.AppConfiguration"];

    /// <summary>True if the text is or contains a reference of the platform, in any case and with any white space around it.</summary>
    public static bool IsUnresolved(string? value) => Contains(value, Platform, followedBy: '(');

    /// <summary>True if the text is or contains an address <c>akvs://subscription/vault/secret</c>.</summary>
    public static bool IsOfAzd(string? value) => Contains(value, ["akvs:"], followedBy: '/');

    private static bool Contains(string? value, ReadOnlySpan<string> starts, char followedBy)
    {
        if (string.IsNullOrEmpty(value))
            return false;
        var plain = WithoutWhiteSpace(value);
        // In a URL it is percent-encoded.
        var decoded = plain.Contains('%', StringComparison.Ordinal) ? WithoutWhiteSpace(Uri.UnescapeDataString(plain)) : plain;
        foreach (var start in starts)
        {
            if (plain.Contains(start + followedBy, StringComparison.OrdinalIgnoreCase) || decoded.Contains(start + followedBy, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static string WithoutWhiteSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
