using System.Text.RegularExpressions;
using MailFunctions.Smtp.Relays;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Tests.Infra;

/// <summary>Azure Communication Services e-mail as the relay, with a domain of Azure's.</summary>
public sealed partial class CommunicationEmailTests
{
    [Theory]
    [InlineData("communication")]
    [InlineData("secret")]
    public void A_domain_of_Azures_is_linked_to_the_service_that_is_logged_in_to(string name)
    {
        var deployment = Deployment.Of(name);
        var domain = deployment.The("Microsoft.Communication/emailServices/domains");
        var service = deployment.The("Microsoft.Communication/communicationServices");

        Assert.EndsWith("/AzureManagedDomain", domain.Text("name"), StringComparison.Ordinal);
        Assert.Equal("AzureManaged", domain.Text("properties.domainManagement"));
        Assert.Equal([domain.Text("id")], service.Texts("properties.linkedDomains"));
        Assert.Equal(service.Text("properties.dataLocation"), deployment.The("Microsoft.Communication/emailServices").Text("properties.dataLocation"));
    }

    [Fact]
    public void The_SMTP_user_is_the_identity_of_the_app_with_its_one_role()
    {
        var deployment = Deployment.Of("communication");
        var user = deployment.The("Microsoft.Communication/communicationServices/smtpUsernames");
        var identity = deployment.The("Microsoft.ManagedIdentity/userAssignedIdentities").Text("id");
        var role = Role(deployment);

        Assert.StartsWith($"[reference('{identity}'", user.Text("properties.entraApplicationId"), StringComparison.Ordinal);
        Assert.Contains("clientId", user.Text("properties.entraApplicationId"), StringComparison.Ordinal);
        Assert.StartsWith($"[reference('{identity}'", role.PrincipalId, StringComparison.Ordinal);
        Assert.Equal("Communication and Email Service Owner", role.Name);
        Assert.Equal(user.Text("properties.username"), deployment.Settings()["MailFunctions__Relay__User"]);
    }

    [Fact]
    public void The_app_logs_in_with_a_token_of_its_identity_and_there_is_no_secret()
    {
        var deployment = Deployment.Of("communication");
        var relay = RelayOf(deployment);

        Assert.Equal(("smtp.azurecomm.net", 587), (relay.Host, relay.Port));
        Assert.Equal("xoauth2", deployment.Settings()["MailFunctions__Relay__Auth"]);
        Assert.Contains("MailFunctions__Relay__OAuth__ManagedIdentityClientId", deployment.Settings().Keys);
        Assert.DoesNotContain(deployment.Settings().Keys, setting => setting.EndsWith("Password", StringComparison.Ordinal) || setting.EndsWith("Secret", StringComparison.Ordinal));
    }

    /// <summary>The way that Microsoft documents: the password is the client secret of an app registration.</summary>
    [Fact]
    public void A_client_secret_in_the_vault_is_the_alternative_relay_password()
    {
        var deployment = Deployment.Of("secret");
        var user = deployment.The("Microsoft.Communication/communicationServices/smtpUsernames");
        var role = Role(deployment);

        Assert.Equal(
            ("00000000-0000-0000-0000-000000000006", "00000000-0000-0000-0000-000000000007"),
            (user.Text("properties.entraApplicationId"), user.Text("properties.tenantId")));
        Assert.Equal(("Communication and Email Service Owner", "00000000-0000-0000-0000-000000000005"), role);
        Assert.Equal("password", deployment.Settings()["MailFunctions__Relay__Auth"]);
        Assert.Matches(@"\A@Microsoft\.KeyVault\(VaultName=kv-\w+;SecretName=relay-password\)\z", deployment.Settings()["MailFunctions__Relay__Password"]);
    }

    [Theory]
    [InlineData("communication", "")]
    [InlineData("secret", "example.com,")]
    public void The_generated_sender_is_allowed_and_an_output(string name, string others)
    {
        var deployment = Deployment.Of(name);
        var domain = deployment.The("Microsoft.Communication/emailServices/domains").Text("id");
        var allowed = deployment.Settings()["MailFunctions__AllowedSenders"];

        Assert.Contains($"reference('{domain}'", allowed, StringComparison.Ordinal);
        Assert.Contains("fromSenderDomain", deployment.Outputs["SENDER_ADDRESS"], StringComparison.Ordinal);
        Assert.Contains("DoNotReply@{0}", deployment.Outputs["SENDER_ADDRESS"], StringComparison.Ordinal);
        Assert.Equal(others.Length > 0, allowed.Contains("example.com", StringComparison.Ordinal));
    }

    /// <summary>Microsoft Learn, "Service limits for Azure Communication Services", Azure Managed Domains.</summary>
    [Theory]
    [InlineData("communication", "5", "10")]
    [InlineData("secret", "30", "100")]
    public void The_low_limits_of_such_a_domain_are_kept_to_unless_settings_say_more(string name, string perMinute, string perHour)
    {
        var settings = Deployment.Of(name).Settings();

        Assert.Equal((perMinute, perHour), (settings["MailFunctions__Relay__PerMinute"], settings["MailFunctions__Relay__PerHour"]));
    }

    [Theory]
    [InlineData("main")]
    [InlineData("minimal")]
    [InlineData("networked")]
    public void No_communication_service_is_deployed_with_a_relay_of_its_own(string variant) =>
        Assert.DoesNotContain(Deployment.Of(variant).Resources, resource => resource.Text("type").StartsWith("Microsoft.Communication/", StringComparison.Ordinal));

    private static (string Name, string PrincipalId) Role(Deployment deployment)
    {
        var assignment = deployment.All("Microsoft.Authorization/roleAssignments")
            .Single(assignment => OnService().IsMatch(assignment.Text("id")));
        return (BuiltInRoles.NameOf(assignment.Text("properties.roleDefinitionId").Split('/')[^1]), assignment.Text("properties.principalId"));
    }

    private static Relay RelayOf(Deployment deployment)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(deployment.SettingsOfApp()).Build();
        return Assert.Single(RelayList.Read(configuration.GetSection(RelaysOptions.Section).Get<RelaysOptions>()!));
    }

    [GeneratedRegex("/communicationServices/[^/']+(?:/providers/Microsoft.Authorization|')")]
    private static partial Regex OnService();
}
