using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailFunctions.Tests.Infra;

/// <summary>Who reaches what was deployed, and by what right.</summary>
public sealed partial class AccessTests
{
    public static TheoryData<string> Variants => Deployment.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_key_or_password_opens_anything(string variant)
    {
        var deployment = Deployment.Of(variant);

        Assert.False(deployment.The("Microsoft.Storage/storageAccounts").Is("properties.allowSharedKeyAccess"));
        Assert.True(deployment.The("Microsoft.KeyVault/vaults").Is("properties.enableRbacAuthorization"));
        Assert.True(deployment.The("Microsoft.Insights/components").Is("properties.DisableLocalAuth"));
        Assert.True(deployment.The("Microsoft.OperationalInsights/workspaces").Is("properties.features.disableLocalAuth"));
        var passwords = deployment.All("Microsoft.Web/sites/basicPublishingCredentialsPolicies");
        Assert.Equal(["ftp", "scm"], passwords.Select(policy => policy.Text("name").Split('/')[1]).Order());
        Assert.All(passwords, policy => Assert.False(policy.Is("properties.allow")));
        Assert.DoesNotContain("listKeys", deployment.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey", deployment.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Everything_is_encrypted_on_its_way(string variant)
    {
        var deployment = Deployment.Of(variant);
        var storage = deployment.The("Microsoft.Storage/storageAccounts");
        var app = deployment.The("Microsoft.Web/sites");

        Assert.Equal("TLS1_2", storage.Text("properties.minimumTlsVersion"));
        Assert.True(storage.Is("properties.supportsHttpsTrafficOnly"));
        Assert.True(app.Is("properties.httpsOnly"));
        Assert.Equal("1.2", app.Text("properties.siteConfig.minTlsVersion"));
        Assert.Equal("1.2", app.Text("properties.siteConfig.scmMinTlsVersion"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_blob_is_public(string variant)
    {
        var deployment = Deployment.Of(variant);

        Assert.False(deployment.The("Microsoft.Storage/storageAccounts").Is("properties.allowBlobPublicAccess"));
        Assert.All(
            deployment.All("Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", container.Text("properties.publicAccess")));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void What_is_deleted_from_the_vault_can_be_brought_back(string variant)
    {
        var vault = Deployment.Of(variant).The("Microsoft.KeyVault/vaults");

        Assert.True(vault.Is("properties.enableSoftDelete"));
        // True or nothing: Key Vault refuses false.
        var purgeProtection = vault.At("properties.enablePurgeProtection");
        Assert.Equal(variant == "minimal" ? JsonValueKind.Null : JsonValueKind.True, purgeProtection.ValueKind);
    }

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts")]
    [InlineData("Microsoft.KeyVault/vaults")]
    public void The_networked_variant_has_no_public_way_to_it(string type)
    {
        var properties = Deployment.Of("networked").The(type).GetProperty("properties");

        Assert.Equal("Disabled", properties.Text("publicNetworkAccess"));
        Assert.Equal("Deny", properties.Text("networkAcls.defaultAction"));
    }

    /// <summary>Its life-cycle rule is carried out by a service of Azure's, from outside the network.</summary>
    [Theory]
    [InlineData("main", "None")]
    [InlineData("minimal", "None")]
    [InlineData("networked", "AzureServices")]
    public void The_firewall_of_the_storage_account_lets_Azure_itself_through_where_there_is_one(string variant, string bypass) =>
        Assert.Equal(bypass, Deployment.Of(variant).The("Microsoft.Storage/storageAccounts").Text("properties.networkAcls.bypass"));

    [Fact]
    public void The_networked_variant_has_a_private_way_to_storage_and_vault_that_names_lead_to()
    {
        var deployment = Deployment.Of("networked");
        var endpoints = deployment.All("Microsoft.Network/privateEndpoints")
            .SelectMany(endpoint => endpoint.At("properties.privateLinkServiceConnections").EnumerateArray())
            .Select(connection => (connection.Texts("properties.groupIds").Single(), TypeOf(connection.Text("properties.privateLinkServiceId"))))
            .Order();
        var zones = deployment.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
            .Select(group => group.At("properties.privateDnsZoneConfigs").EnumerateArray().Single())
            .Select(config => (config.Text("name"), Zone().Match(config.Text("properties.privateDnsZoneId")).Groups[1].Value))
            .Order();
        var subnet = deployment.The("Microsoft.Web/sites").Text("properties.virtualNetworkSubnetId");

        const string Storage = "Microsoft.Storage/storageAccounts";
        Assert.Equal([("blob", Storage), ("queue", Storage), ("table", Storage), ("vault", "Microsoft.KeyVault/vaults")], endpoints);
        Assert.Equal([("blob", "blob"), ("queue", "queue"), ("table", "table"), ("vault", "vaultcore")], zones);
        Assert.Equal(deployment.All("Microsoft.Network/privateDnsZones").Count, deployment.All("Microsoft.Network/privateDnsZones/virtualNetworkLinks").Count);
        Assert.EndsWith("/subnets/app", subnet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("minimal")]
    public void The_other_variants_have_no_network(string variant)
    {
        var deployment = Deployment.Of(variant);

        Assert.DoesNotContain(deployment.Resources, resource => resource.Text("type").StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(deployment.The("Microsoft.Web/sites").At("properties.virtualNetworkSubnetId").GetString());
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_identity_of_the_app_has_exactly_these_roles_each_on_one_resource(string variant)
    {
        var deployment = Deployment.Of(variant);
        var assignments = deployment.All("Microsoft.Authorization/roleAssignments");
        var identity = deployment.The("Microsoft.ManagedIdentity/userAssignedIdentities").Text("id");

        Assert.Equal(
            [
                "Microsoft.Insights/components: Monitoring Metrics Publisher",
                "Microsoft.KeyVault/vaults: Key Vault Secrets User",
                "Microsoft.Storage/storageAccounts: Storage Blob Data Owner",
                "Microsoft.Storage/storageAccounts: Storage Queue Data Contributor",
                "Microsoft.Storage/storageAccounts: Storage Table Data Contributor",
            ],
            assignments.Select(assignment => $"{TypeOf(Scope().Match(assignment.Text("id")).Groups[1].Value)}: {RoleOf(assignment.Text("properties.roleDefinitionId"))}").Order(StringComparer.Ordinal));
        Assert.All(assignments, assignment => Assert.StartsWith($"[reference('{identity}'", assignment.Text("properties.principalId"), StringComparison.Ordinal));
        Assert.Equal(identity, Assert.Single(deployment.The("Microsoft.Web/sites").At("identity.userAssignedIdentities").EnumerateObject()).Name);
    }

    [Fact]
    public void Callers_need_a_token_where_an_app_registration_is_named_and_health_stays_open()
    {
        var authentication = Deployment.Of("networked").All("Microsoft.Web/sites/config").Single(config => config.Text("name").EndsWith("/authsettingsV2", StringComparison.Ordinal));

        Assert.True(authentication.Is("properties.globalValidation.requireAuthentication"));
        Assert.Equal("Return401", authentication.Text("properties.globalValidation.unauthenticatedClientAction"));
        Assert.Equal(["/api/health"], authentication.Texts("properties.globalValidation.excludedPaths"));
        Assert.DoesNotContain(Deployment.Of("main").Names("Microsoft.Web/sites/config"), name => name == "authsettingsV2");
    }

    /// <summary>Of the last resource in an id.</summary>
    private static string TypeOf(string id) => Provider().Match(id).Groups[1].Value;

    private static string RoleOf(string definition) => BuiltInRoles.NameOf(definition.Split('/')[^1]);

    [GeneratedRegex(@"/providers/([\w.]+/\w+)/[^/]+\z")]
    private static partial Regex Provider();

    [GeneratedRegex(@"\A\[extensionResourceId\('([^']+)'")]
    private static partial Regex Scope();

    [GeneratedRegex(@"privatelink\.(\w+)\.")]
    private static partial Regex Zone();
}
