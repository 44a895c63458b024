namespace MailFunctions.Storage;

/// <summary>
/// What may stand in a setting in place of its secret. Azure replaces a reference by the secret before the app starts, and
/// leaves it as it is when it cannot (learn.microsoft.com/azure/app-service/app-service-key-vault-references). The Azure
/// Developer CLI replaces its own addresses in parameter files of JSON, and leaves them in a bicepparam.
/// </summary>
public static class SecretReference
{
    /// <summary>What to do about an address of the Azure Developer CLI.</summary>
    public const string AzdCure =
        "is an akvs:// address of 'azd env set-secret', not the secret: azd does not resolve it in a bicepparam file. "
        + "Put the secret into the deployment's Key Vault (az keyvault secret set), and leave the azd variable unset.";

    private static readonly string[] Platform = ["@Microsoft.KeyVault", "@Microsoft.AppConfiguration"];

    /// <summary>The text is a reference of the platform, or has one in it: whatever the letters' case and the white space around it.</summary>
    public static bool IsUnresolved(string? value) => Contains(value, Platform, followedBy: '(');

    /// <summary>The text is an address <c>akvs://subscription/vault/secret</c>, or has one in it.</summary>
    public static bool IsOfAzd(string? value) => Contains(value, ["akvs:"], followedBy: '/');

    private static bool Contains(string? value, ReadOnlySpan<string> starts, char followedBy)
    {
        if (string.IsNullOrEmpty(value))
            return false;
        var plain = WithoutWhiteSpace(value);
        // A URL has it percent-encoded.
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
