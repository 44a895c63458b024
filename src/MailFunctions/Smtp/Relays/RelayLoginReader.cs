using MailFunctions.Smtp.Credentials;

namespace MailFunctions.Smtp.Relays;

/// <summary>Reads how this app logs in to a relay.</summary>
internal sealed class RelayLoginReader(string path, RelayOptions options, RelayPreset? preset, RelayAddress address, ICollection<string> errors)
{
    /// <returns>Null: no authentication, or its settings have an error.</returns>
    public RelayLogin? Read()
    {
        var parts = address.Url?.UserInfo.Split(':', 2) ?? [];
        var user = options.User ?? (parts.Length > 0 ? Uri.UnescapeDataString(parts[0]) : null);
        var password = options.Password ?? (parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : null);
        if (ReadKind(user, password) is not { } kind)
            return null;

        if (string.IsNullOrEmpty(user))
            errors.Add($"{path}:User is missing: {Name(kind)} needs the account that mail is sent as.");
        var mechanisms = ReadMechanisms(kind);
        var login = kind == LoginKind.Password
            ? new RelayLogin(kind, user ?? "", password ?? "", null)
            : new RelayLogin(kind, user ?? "", null, ReadTokens());
        return login with { Mechanisms = mechanisms, NeedsTls = !address.IsLoopback && !options.AllowLoginWithoutTls };
    }

    private string[] ReadMechanisms(LoginKind kind)
    {
        var names = (options.AuthMechanisms ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0 && kind != LoginKind.Password)
            errors.Add($"{path}:AuthMechanisms is for a password: {Name(kind)} is a mechanism of its own.");
        if (Array.Exists(names, name => !LoginMechanisms.IsKnown(name)) || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Length)
            errors.Add($"{path}:AuthMechanisms takes some of {string.Join(", ", LoginMechanisms.Known)}, each once, separated by commas.");
        return names;
    }

    private LoginKind? ReadKind(string? user, string? password)
    {
        switch (options.Auth)
        {
            case "password":
                return LoginKind.Password;
            case "xoauth2":
                return LoginKind.XOAuth2;
            case "oauthbearer":
                return LoginKind.OAuthBearer;
            case "none":
                return null;
            case null or "" when !string.IsNullOrEmpty(password):
                return LoginKind.Password;
            case null or "" when preset is not null:
                return preset.Login;
            case null or "":
                return string.IsNullOrEmpty(user) ? null : LoginKind.Password;
            default:
                errors.Add($"{path}:Auth takes password, xoauth2, oauthbearer or none.");
                return null;
        }
    }

    private TokenSource ReadTokens()
    {
        var oauth = options.OAuth;
        var scope = string.IsNullOrWhiteSpace(oauth.Scope) ? preset?.Scope : oauth.Scope;
        Require(scope, "Scope", "what a token is asked for, such as https://outlook.office365.com/.default");
        if (!string.IsNullOrEmpty(oauth.ClientSecret) && !string.IsNullOrEmpty(oauth.CertificatePath))
            errors.Add($"{path}:OAuth:ClientSecret and :OAuth:CertificatePath exclude each other.");
        if (!string.IsNullOrEmpty(oauth.ClientSecret) || !string.IsNullOrEmpty(oauth.CertificatePath))
        {
            Require(oauth.TenantId, "TenantId", "the directory of the client");
            Require(oauth.ClientId, "ClientId", "the client that the secret or the certificate belongs to");
            if (!string.IsNullOrEmpty(oauth.ManagedIdentityClientId))
                errors.Add($"{path}:OAuth:ManagedIdentityClientId does not go with a client secret or a certificate.");
        }

        if (!string.IsNullOrEmpty(oauth.CertificatePath) && !File.Exists(oauth.CertificatePath))
            errors.Add($"{path}:OAuth:CertificatePath names no file that can be read.");
        return new TokenSource(scope ?? "", oauth);
    }

    private void Require(string? value, string setting, string meaning)
    {
        if (string.IsNullOrWhiteSpace(value))
            errors.Add($"{path}:OAuth:{setting} is missing: {meaning}.");
    }

    private static string Name(LoginKind kind) => kind switch
    {
        LoginKind.XOAuth2 => "xoauth2",
        LoginKind.OAuthBearer => "oauthbearer",
        _ => "authentication",
    };
}
