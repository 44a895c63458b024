namespace MailFunctions.Tests.Infra;

/// <summary>Resources that were there before are used, and what is in them is left alone.</summary>
public sealed class ExistingResourcesTests
{
    private const string Hub = "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups";

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices")]
    [InlineData("Microsoft.Storage/storageAccounts/managementPolicies")]
    [InlineData("Microsoft.KeyVault/vaults")]
    [InlineData("Microsoft.OperationalInsights/workspaces")]
    [InlineData("Microsoft.Network/virtualNetworks")]
    [InlineData("Microsoft.Network/virtualNetworks/subnets")]
    [InlineData("Microsoft.Network/privateDnsZones")]
    public void Existing_resources_of_this_type_are_neither_created_nor_changed(string type) =>
        Assert.Empty(Deployment.Of("existing").All(type));

    [Theory]
    [InlineData("Microsoft.Storage/storageAccounts/tableServices/tables", "/rg-data/providers/Microsoft.Storage/storageAccounts/stshared/")]
    [InlineData("Microsoft.Storage/storageAccounts/queueServices/queues", "/rg-data/providers/Microsoft.Storage/storageAccounts/stshared/")]
    [InlineData("Microsoft.Storage/storageAccounts/blobServices/containers", "/rg-data/providers/Microsoft.Storage/storageAccounts/stshared/")]
    [InlineData("Microsoft.KeyVault/vaults/secrets", "/rg-secrets/providers/Microsoft.KeyVault/vaults/kv-shared/")]
    public void Resources_of_the_app_are_created_inside_the_existing_ones(string type, string place)
    {
        var resources = Deployment.Of("existing").All(type);

        Assert.NotEmpty(resources);
        Assert.All(resources, resource => Assert.StartsWith(Hub + place, resource.Text("id"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_app_works_on_the_account_and_in_the_subnet_that_are_named()
    {
        var deployment = Deployment.Of("existing");

        Assert.Contains("stshared", deployment.Settings()["AzureWebJobsStorage__queueServiceUri"], StringComparison.Ordinal);
        Assert.Equal($"{Hub}/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/mail", deployment.The("Microsoft.Web/sites").Text("properties.virtualNetworkSubnetId"));
        Assert.Equal($"{Hub}/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-shared", deployment.The("Microsoft.Insights/components").Text("properties.WorkspaceResourceId"));
        Assert.All(
            deployment.All("Microsoft.Insights/diagnosticSettings").Where(setting => setting.Text("name") == "access"),
            setting => Assert.Equal($"{Hub}/rg-logs/providers/Microsoft.OperationalInsights/workspaces/log-shared", setting.Text("properties.workspaceId")));
    }

    [Fact]
    public void Private_endpoints_lie_in_the_subnet_and_their_records_in_the_zones_that_are_named()
    {
        var deployment = Deployment.Of("existing");

        Assert.Equal(4, deployment.All("Microsoft.Network/privateEndpoints").Count);
        Assert.All(deployment.All("Microsoft.Network/privateEndpoints"), endpoint =>
            Assert.Equal($"{Hub}/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/endpoints", endpoint.Text("properties.subnet.id")));
        Assert.All(deployment.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"), record =>
            Assert.Contains($"{Hub}/rg-dns/providers/Microsoft.Network/privateDnsZones", record.At("properties.privateDnsZoneConfigs")[0].Text("properties.privateDnsZoneId"), StringComparison.Ordinal));
        Assert.Equal(4, deployment.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups").Count);
    }

    [Fact]
    public void An_existing_network_gets_two_subnets_and_no_zones_where_policies_write_records()
    {
        var deployment = Deployment.Of("closed");
        var subnets = deployment.All("Microsoft.Network/virtualNetworks/subnets");

        Assert.Empty(deployment.All("Microsoft.Network/virtualNetworks"));
        Assert.Equal(
            [("vnet-hub/mail-app", "10.1.4.0/25"), ("vnet-hub/mail-endpoints", "10.1.4.128/27")],
            subnets.Select(subnet => (subnet.Text("name"), subnet.Text("properties.addressPrefix"))).Order());
        Assert.Equal("Microsoft.App/environments", subnets[0].At("properties.delegations")[0].Text("properties.serviceName"));
        Assert.Empty(deployment.All("Microsoft.Network/privateDnsZones"));
        Assert.Empty(deployment.All("Microsoft.Network/privateEndpoints/privateDnsZoneGroups"));
    }

    [Fact]
    public void Mail_leaves_by_one_address_where_a_gateway_is_asked_for()
    {
        var deployment = Deployment.Of("extras");
        var gateway = deployment.The("Microsoft.Network/natGateways");
        var address = deployment.The("Microsoft.Network/publicIPAddresses");
        var subnet = deployment.The("Microsoft.Network/virtualNetworks").At("properties.subnets").EnumerateArray().Single(subnet => subnet.Text("name") == "app");

        Assert.Equal(("Standard", "Static"), (address.Text("sku.name"), address.Text("properties.publicIPAllocationMethod")));
        Assert.Equal(address.Text("id"), gateway.At("properties.publicIpAddresses")[0].Text("id"));
        Assert.Equal(gateway.Text("id"), subnet.Text("properties.natGateway.id"));
        Assert.Contains("ipAddress", deployment.Outputs["OUTBOUND_ADDRESS"], StringComparison.Ordinal);
        Assert.Equal("\"\"", Deployment.Of("main").Outputs["OUTBOUND_ADDRESS"]);
    }
}
