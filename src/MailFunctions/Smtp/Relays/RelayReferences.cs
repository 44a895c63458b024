using MailFunctions.Smtp.Credentials;
using MailFunctions.Storage;

namespace MailFunctions.Smtp.Relays;

/// <summary>
/// Finds the settings of one relay that hold a reference in place of a value. The options are then read as if those
/// settings had values, so that everything else is checked; the relay is not used.
/// </summary>
internal sealed class RelayReferences
{
    /// <summary>A name that is never a host (RFC 2606 section 2).</summary>
    private const string NoHost = "unresolved.invalid";

    private const string StandIn = "unresolved";

    private static readonly Setting[] All =
    [
        new("Host", options => options.Host, WithoutHost),
        new("User", options => options.User, (options, _) => options.User = StandIn, UsesLogin),
        new("Password", options => options.Password, (options, _) => options.Password = StandIn, UsesPassword),
        new("OAuth:Scope", options => options.OAuth.Scope, (options, _) => options.OAuth.Scope = StandIn, UsesToken),
        new("OAuth:TenantId", options => options.OAuth.TenantId, (options, _) => options.OAuth.TenantId = StandIn, UsesToken),
        new("OAuth:ClientId", options => options.OAuth.ClientId, (options, _) => options.OAuth.ClientId = StandIn, UsesToken),
        new("OAuth:ClientSecret", options => options.OAuth.ClientSecret, (options, _) => options.OAuth.ClientSecret = StandIn, UsesToken),
        new("OAuth:CertificatePath", options => options.OAuth.CertificatePath, (options, _) => options.OAuth.CertificatePath = null, UsesToken),
        new("OAuth:CertificatePassword", options => options.OAuth.CertificatePassword, (options, _) => options.OAuth.CertificatePassword = null, UsesToken),
        new("OAuth:ManagedIdentityClientId", options => options.OAuth.ManagedIdentityClientId, (options, _) => options.OAuth.ManagedIdentityClientId = null, UsesToken),
        new("ClientCertificatePath", options => options.ClientCertificatePath, WithoutCertificate),
        new("ClientCertificate", options => options.ClientCertificate, WithoutCertificate),
        new("ClientCertificatePassword", options => options.ClientCertificatePassword, WithoutCertificate),
    ];

    private RelayReferences(RelayOptions options, IReadOnlyList<string> unresolved) => (Options, Unresolved) = (options, unresolved);

    /// <summary>The options with a placeholder for each setting that has no value.</summary>
    public RelayOptions Options { get; }

    /// <summary>Full names of the settings that are used and have no value; empty when there are none.</summary>
    public IReadOnlyList<string> Unresolved { get; }

    /// <param name="path">The path of the relay's section.</param>
    /// <param name="errors">Receives the settings that hold an address of azd.</param>
    public static RelayReferences Find(string path, RelayOptions options, ICollection<string> errors)
    {
        var preset = RelayPreset.Find(options.Preset ?? "");
        var read = options.Copy();
        var unresolved = new List<string>();
        if (SecretReference.IsOfAzd(options.Url))
        {
            errors.Add($"{path}:Url {SecretReference.AzdCure}");
            WithoutUrl(read, preset);
        }
        else if (SecretReference.IsUnresolved(options.Url) && ReplaceUrl(options, read, preset))
        {
            unresolved.Add($"{path}:Url");
        }

        foreach (var setting in All)
        {
            var value = setting.Get(options);
            if (SecretReference.IsOfAzd(value))
                errors.Add($"{path}:{setting.Name} {SecretReference.AzdCure}");
            else if (!SecretReference.IsUnresolved(value))
                continue;
            else if (setting.IsUsed(options))
                unresolved.Add($"{path}:{setting.Name}");
            setting.Replace(read, preset);
        }

        return new RelayReferences(read, unresolved);
    }

    /// <summary>Takes the reference out of the URL, and keeps the parts that can still be read.</summary>
    /// <returns>False when other settings win over the part that holds the reference.</returns>
    private static bool ReplaceUrl(RelayOptions options, RelayOptions read, RelayPreset? preset)
    {
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || !SecretReference.IsUnresolved(url.UserInfo))
        {
            WithoutUrl(read, preset);
            return true;
        }

        var account = url.UserInfo.Split(':', 2);
        var isUsed = (UsesLogin(options) && options.User is null && SecretReference.IsUnresolved(account[0]))
            || (UsesPassword(options) && options.Password is null && account.Length > 1 && SecretReference.IsUnresolved(account[1]));
        read.Url = new UriBuilder(url) { UserName = StandIn, Password = StandIn }.Uri.OriginalString;
        return isUsed;
    }

    private static bool UsesLogin(RelayOptions options) => options.Auth != "none";

    private static bool UsesPassword(RelayOptions options) => options.Auth is null or "" or "password";

    private static bool UsesToken(RelayOptions options) => options.Auth switch
    {
        "xoauth2" or "oauthbearer" => true,
        null or "" => string.IsNullOrEmpty(options.Password) && RelayPreset.Find(options.Preset ?? "")?.Login is LoginKind.XOAuth2 or LoginKind.OAuthBearer,
        _ => false,
    };

    /// <summary>Replaces the host and the account that the URL would have given.</summary>
    private static void WithoutUrl(RelayOptions options, RelayPreset? preset)
    {
        options.Url = null;
        options.User ??= StandIn;
        if (options.Host is null)
            WithoutHost(options, preset);
    }

    private static void WithoutHost(RelayOptions options, RelayPreset? preset) =>
        options.Host = preset is null ? NoHost : preset.Host ?? preset.HostExample;

    private static void WithoutCertificate(RelayOptions options, RelayPreset? preset) =>
        (options.ClientCertificatePath, options.ClientCertificate, options.ClientCertificatePassword) = (null, null, null);

    /// <param name="Replace">Gives the setting a value that passes the checks.</param>
    private sealed record Setting(string Name, Func<RelayOptions, string?> Get, Action<RelayOptions, RelayPreset?> Replace, Func<RelayOptions, bool>? Uses = null)
    {
        public bool IsUsed(RelayOptions options) => Uses is null || Uses(options);
    }
}
