using MailFunctions.Smtp.Relays;

namespace MailFunctions.Tests.Smtp;

/// <summary>What stands in a setting in place of a secret.</summary>
public sealed class UnresolvedSettingTests
{
    private const string Reference = "@Microsoft.KeyVault(VaultName=kv-mail;SecretName=relay-password)";
    private const string Address = "akvs://11111111-1111-1111-1111-111111111111/kv-mail/relay-password";

    /// <summary>Each setting of a relay that may hold a secret, or come from beside one, and the kind of login that uses it.</summary>
    public static TheoryData<string, string> Secrets => new()
    {
        { "Url", "password" },
        { "Host", "password" },
        { "User", "password" },
        { "Password", "password" },
        { "User", "xoauth2" },
        { "OAuth:Scope", "xoauth2" },
        { "OAuth:TenantId", "xoauth2" },
        { "OAuth:ClientId", "xoauth2" },
        { "OAuth:ClientSecret", "xoauth2" },
        { "OAuth:CertificatePath", "oauthbearer" },
        { "OAuth:CertificatePassword", "oauthbearer" },
        { "OAuth:ManagedIdentityClientId", "oauthbearer" },
        { "ClientCertificatePath", "none" },
        { "ClientCertificate", "none" },
        { "ClientCertificatePassword", "none" },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_reference_that_was_not_resolved_leaves_the_relay_without_a_login_and_is_named(string setting, string auth)
    {
        var relay = Relays.Read(With(auth, setting, Reference));

        Assert.Equal([$"MailFunctions:Relay:{setting}"], relay.Unresolved);
        Assert.Null(relay.Login);
        Assert.Null(relay.ClientCertificate);
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void An_address_of_azd_is_refused_with_the_name_of_the_setting_and_the_cure(string setting, string auth)
    {
        var error = Assert.Single(Errors(With(auth, setting, Address)));

        Assert.StartsWith($"MailFunctions:Relay:{setting} is an akvs:// address of 'azd env set-secret'", error, StringComparison.Ordinal);
        Assert.Contains("az keyvault secret set", error, StringComparison.Ordinal);
        Assert.DoesNotContain("11111111", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://kv-mail.vault.azure.net/secrets/relay-password)")]
    [InlineData("@microsoft.keyvault(vaultname=kv-mail;secretname=relay-password)")]
    [InlineData("  @Microsoft.KeyVault (VaultName=kv-mail;SecretName=relay-password)\n")]
    [InlineData("@MICROSOFT.KEYVAULT( SecretUri = https://kv-mail.vault.azure.net/secrets/relay-password )")]
    [InlineData("\"@Microsoft.KeyVault(VaultName=kv-mail;SecretName=relay-password)\"")]
    [InlineData("@Microsoft.AppConfiguration(Endpoint=https://mail.azconfig.io; Key=relay-password)")]
    public void A_reference_is_known_by_any_way_of_writing_it(string reference) =>
        Assert.Equal(["MailFunctions:Relay:Password"], Relays.Read(With("password", "Password", reference)).Unresolved);

    [Theory]
    [InlineData("AKVS://11111111-1111-1111-1111-111111111111/kv-mail/relay-password")]
    [InlineData(" akvs://11111111-1111-1111-1111-111111111111/kv-mail/relay-password ")]
    [InlineData("\"akvs://11111111-1111-1111-1111-111111111111/kv-mail/relay-password\"")]
    public void An_address_of_azd_is_known_by_any_way_of_writing_it(string address) =>
        Assert.StartsWith("MailFunctions:Relay:Password is an akvs://", Assert.Single(Errors(With("password", "Password", address))), StringComparison.Ordinal);

    [Theory]
    [InlineData($"smtp://user:{Reference}@smtp.example.com:587")]
    [InlineData("smtp://user:%40Microsoft.KeyVault%28VaultName%3Dkv-mail%3BSecretName%3Drelay-password%29@smtp.example.com:587")]
    [InlineData("smtp://%40Microsoft.KeyVault%28VaultName%3Dkv%3BSecretName%3Duser%29:secret@smtp.example.com:587")]
    [InlineData("smtp://user:@Microsoft.KeyVault(SecretUri=https://kv-mail.vault.azure.net/secrets/relay-password)@smtp.example.com:587")]
    [InlineData(Reference)]
    public void An_unresolved_reference_in_a_URL_is_found_anywhere_in_it(string url)
    {
        var relay = Relays.Read(new RelayOptions { Url = url });

        Assert.Equal(["MailFunctions:Relay:Url"], relay.Unresolved);
        Assert.Null(relay.Login);
        Assert.DoesNotContain("KeyVault", relay.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("smtp://user:akvs%3A%2F%2Fs%2Fkv-mail%2Fp@smtp.example.com:587")]
    [InlineData("smtp://user:akvs://s/kv-mail/p@smtp.example.com:587")]
    [InlineData(Address)]
    public void An_address_of_azd_in_a_URL_is_refused(string url) =>
        Assert.StartsWith("MailFunctions:Relay:Url is an akvs://", Assert.Single(Errors(new RelayOptions { Url = url })), StringComparison.Ordinal);

    [Fact]
    public void Unresolved_settings_that_are_not_used_are_ignored()
    {
        Assert.Empty(Relays.Read(new RelayOptions { Host = "smtp.example.com", Auth = "none", User = Reference, Password = Reference }).Unresolved);
        Assert.Empty(Relays.Read(new RelayOptions { Host = "smtp.example.com", User = "u", Password = "p", OAuth = new() { ClientSecret = Reference } }).Unresolved);
        Assert.Empty(Relays.Read(new RelayOptions { Url = $"smtp://u:{Uri.EscapeDataString(Reference)}@smtp.example.com", User = "u", Password = "p" }).Unresolved);
        Assert.Empty(Relays.Read(new RelayOptions { Preset = "acs", User = "u", Password = Reference, Auth = "xoauth2" }).Unresolved);
    }

    [Fact]
    public void Unresolved_settings_are_all_listed_and_the_rest_is_read_normally()
    {
        var relays = Relays.Read(Relays.Several(
            ("ses", new() { Preset = "ses", Host = "email-smtp.eu-west-1.amazonaws.com", User = Reference, Password = Reference, MaxConnections = 7 }),
            ("whole", new() { Preset = "exchange-online", Url = Reference }),
            ("own", new() { Host = "smtp.example.com", User = "u", Password = "p" })));

        Assert.Equal(["MailFunctions:Relays:ses:User", "MailFunctions:Relays:ses:Password"], relays[0].Unresolved);
        Assert.Equal(("ses", "email-smtp.eu-west-1.amazonaws.com", 7), (relays[0].Name, relays[0].Host, relays[0].Connections.Transactional + relays[0].Connections.Bulk));
        Assert.Equal(("whole", "smtp.office365.com"), (relays[1].Name, relays[1].Host));
        Assert.Equal(("p", 0), (relays[2].Login!.Password, relays[2].Unresolved.Count));
    }

    [Fact]
    public void An_invalid_setting_is_reported_beside_an_unresolved_one() =>
        Assert.StartsWith("MailFunctions:Relay:Port is out of range", Assert.Single(Errors(new RelayOptions { Host = "smtp.example.com", Port = 0, User = "u", Password = Reference })), StringComparison.Ordinal);

    private static IReadOnlyList<string> Errors(RelayOptions options)
    {
        var errors = new List<string>();
        Assert.Empty(RelayList.Read(new RelaysOptions { Relay = options }, errors));
        return errors;
    }

    private static RelayOptions With(string auth, string setting, string value)
    {
        var options = new RelayOptions { Host = "smtp.example.com", Auth = auth, User = "u", Password = auth == "password" ? "p" : null, OAuth = new() { Scope = "s" } };
        switch (setting)
        {
            case "Url":
                options.Host = null;
                options.Url = value;
                break;
            case "OAuth:ClientSecret" or "OAuth:CertificatePath" or "OAuth:CertificatePassword":
                options.OAuth.TenantId = "t";
                options.OAuth.ClientId = "c";
                Set(options.OAuth, setting["OAuth:".Length..], value);
                break;
            case var name when name.StartsWith("OAuth:", StringComparison.Ordinal):
                Set(options.OAuth, name["OAuth:".Length..], value);
                break;
            default:
                Set(options, setting, value);
                break;
        }

        return options;
    }

    private static void Set(object options, string property, string value) => options.GetType().GetProperty(property)!.SetValue(options, value);
}
