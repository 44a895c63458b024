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
    public void Connections_to_app_and_storage_require_TLS(string variant)
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
    public void Deleted_vault_secrets_can_be_recovered(string variant)
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
    public void Storage_and_vault_of_the_networked_variant_are_closed_to_public_networks(string type)
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
        var endpoints = Endpoints(deployment).Order();
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
            Roles(assignments));
        Assert.All(assignments, assignment => Assert.StartsWith($"[reference('{identity}'", assignment.Text("properties.principalId"), StringComparison.Ordinal));
        Assert.All(assignments, assignment => Assert.Equal("ServicePrincipal", assignment.Text("properties.principalType")));
        Assert.Equal(identity, Assert.Single(deployment.The("Microsoft.Web/sites").At("identity.userAssignedIdentities").EnumerateObject()).Name);
    }

    /// <summary>Puts secrets and files, looks at the rest: mail is changed through the API alone.</summary>
    [Fact]
    public void A_named_operator_has_exactly_these_roles()
    {
        const string Operator = "00000000-0000-0000-0000-000000000008";
        var assignments = Deployment.Of("existing").All("Microsoft.Authorization/roleAssignments").Where(assignment => assignment.Text("properties.principalId") == Operator).ToList();

        Assert.Equal(
            [
                "Microsoft.KeyVault/vaults: Key Vault Secrets Officer",
                "Microsoft.Storage/storageAccounts: Storage Blob Data Contributor",
                "Microsoft.Storage/storageAccounts: Storage Queue Data Reader",
                "Microsoft.Storage/storageAccounts: Storage Table Data Reader",
            ],
            Roles(assignments));
        Assert.All(assignments, assignment => Assert.Equal("Group", assignment.Text("properties.principalType")));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_variant_closes_the_app_to_callers_or_publishing_unasked(string variant)
    {
        var app = Deployment.Of(variant).The("Microsoft.Web/sites");

        Assert.Equal("Enabled", app.Text("properties.publicNetworkAccess"));
        Assert.Equal("Allow", app.Text("properties.siteConfig.ipSecurityRestrictionsDefaultAction"));
        Assert.False(app.At("properties.siteConfig").TryGetProperty("ipSecurityRestrictions", out _));
    }

    /// <summary>Publishing asks for a token of Entra ID, and comes from elsewhere than callers: a build server, azd.</summary>
    [Fact]
    public void Callers_may_be_those_from_known_places_alone_and_publishing_stays_open()
    {
        var site = Deployment.Of("extras").The("Microsoft.Web/sites").At("properties.siteConfig");

        Assert.Equal("Deny", site.Text("ipSecurityRestrictionsDefaultAction"));
        Assert.Equal(
            [("203.0.113.0/24", "Default", "Allow", 100), ("AzureFrontDoor.Backend", "ServiceTag", "Allow", 101), ("ApplicationInsightsAvailability", "ServiceTag", "Allow", 102)],
            site.At("ipSecurityRestrictions").EnumerateArray().Select(rule => (rule.Text("ipAddress"), rule.Text("tag"), rule.Text("action"), rule.At("priority").GetInt32())));
        Assert.False(site.Is("scmIpSecurityRestrictionsUseMain"));
        Assert.Equal("Allow", site.Text("scmIpSecurityRestrictionsDefaultAction"));
    }

    [Fact]
    public void A_closed_app_is_reached_by_its_private_endpoint_alone()
    {
        var deployment = Deployment.Of("closed");
        var app = deployment.The("Microsoft.Web/sites");

        Assert.Equal("Disabled", app.Text("properties.publicNetworkAccess"));
        Assert.Equal(["blob", "queue", "sites", "table", "vault"], Endpoints(deployment).Select(endpoint => endpoint.Service).Order(StringComparer.Ordinal));
        Assert.Contains(("sites", "Microsoft.Web/sites"), Endpoints(deployment));
        Assert.All(deployment.All("Microsoft.Network/privateEndpoints"), endpoint => Assert.EndsWith("/virtualNetworks/vnet-hub/subnets/mail-endpoints", endpoint.Text("properties.subnet.id"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_name_of_an_app_with_a_private_endpoint_leads_there()
    {
        var deployment = Deployment.Of("extras");
        var config = Assert.Single(deployment.The("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").At("properties.privateDnsZoneConfigs").EnumerateArray());

        // The zone that Microsoft Learn names for Azure Functions, "Azure Private Endpoint private DNS zone values".
        Assert.EndsWith("/privateDnsZones/privatelink.azurewebsites.net", config.Text("properties.privateDnsZoneId"), StringComparison.Ordinal);
        Assert.Equal(["privatelink.azurewebsites.net"], deployment.Names("Microsoft.Network/privateDnsZones"));
        Assert.Single(deployment.All("Microsoft.Network/privateDnsZones/virtualNetworkLinks"));
    }

    [Fact]
    public void Callers_need_a_token_where_an_app_registration_is_named_except_for_health_and_unsubscribing()
    {
        var authentication = Deployment.Of("networked").All("Microsoft.Web/sites/config").Single(config => config.Text("name").EndsWith("/authsettingsV2", StringComparison.Ordinal));

        Assert.True(authentication.Is("properties.globalValidation.requireAuthentication"));
        Assert.Equal("Return401", authentication.Text("properties.globalValidation.unauthenticatedClientAction"));
        Assert.Equal(["/api/health", "/api/u/*"], authentication.Texts("properties.globalValidation.excludedPaths"));
        Assert.DoesNotContain(Deployment.Of("main").Names("Microsoft.Web/sites/config"), name => name == "authsettingsV2");
    }

    private static IEnumerable<(string Service, string Type)> Endpoints(Deployment deployment) =>
        deployment.All("Microsoft.Network/privateEndpoints")
            .SelectMany(endpoint => endpoint.At("properties.privateLinkServiceConnections").EnumerateArray())
            .Select(connection => (connection.Texts("properties.groupIds").Single(), TypeOf(connection.Text("properties.privateLinkServiceId"))));

    private static IEnumerable<string> Roles(IEnumerable<JsonElement> assignments) =>
        assignments.Select(assignment => $"{TypeOf(ScopeOf(assignment.Text("id")))}: {RoleOf(assignment.Text("properties.roleDefinitionId"))}").Order(StringComparer.Ordinal);

    /// <summary>The resource that a role assignment is on; where only Azure knows the principal, its id is an expression.</summary>
    private static string ScopeOf(string id) =>
        Scope().Match(id) is { Success: true } expression ? expression.Groups[1].Value : id[..id.IndexOf("/providers/Microsoft.Authorization/", StringComparison.Ordinal)];

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
