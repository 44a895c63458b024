using System.Text.RegularExpressions;
using MailFunctions.Smtp;
using MailFunctions.Tests.App;
using MailFunctions.Tests.Docs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Infra;

/// <summary>The application settings of each variant, as the app would read them.</summary>
public sealed partial class DeployedSettingsTests
{
    /// <summary>What the Functions host and the exporter of Azure Monitor read.</summary>
    private static readonly string[] OfTheHost =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsStorage__blobServiceUri",
        "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri",
    ];

    public static TheoryData<string> Variants => Deployment.Variants;

    /// <summary>Every setting is there that has no default, and the relay's connections suffice for the instances.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_app_starts_with_them(string variant)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Deployment.Of(variant).SettingsOfApp()).Build();
        await using var services = new ServiceCollection().AddLogging().AddMailFunctions(configuration).BuildServiceProvider();

        services.GetRequiredService<IStartupValidator>().Validate();
        Assert.False(services.GetRequiredService<MailFunctions.Storage.StorageClients>().IsLocal);
    }

    [Fact]
    public void The_networked_variant_has_connections_for_calls_that_deliver()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Deployment.Of("networked").SettingsOfApp()).Build();

        var relay = Assert.Single(RelayList.Read(configuration.GetSection(RelaysOptions.Section).Get<RelaysOptions>()!));

        Assert.InRange(relay.Connections.Prompt, 1, relay.Connections.Transactional);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Each_is_one_that_the_code_or_the_host_reads(string variant)
    {
        var read = SettingsInventory.All.Select(setting => setting.Name.Replace(":<n>", "", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal));

        Assert.Empty(Deployment.Of(variant).Settings().Keys.Except(read).Except(OfTheHost));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_host_has_all_of_its_own_and_none_that_Flex_Consumption_does_not_take(string variant)
    {
        var names = Deployment.Of(variant).Settings().Keys;

        Assert.Empty(OfTheHost.Except(names));
        Assert.DoesNotContain(names, name => name is "AzureWebJobsStorage" || name.StartsWith("FUNCTIONS_", StringComparison.Ordinal) || name.StartsWith("WEBSITE_", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_secret_is_a_reference_to_one_in_the_vault(string variant)
    {
        var deployment = Deployment.Of(variant);
        var vault = deployment.The("Microsoft.KeyVault/vaults").Text("name");
        var kept = deployment.Names("Microsoft.KeyVault/vaults/secrets");

        foreach (var (name, value) in deployment.Settings().Where(setting => Secret().IsMatch(setting.Key)))
        {
            var reference = Reference().Match(value);
            Assert.True(reference.Success, $"{name} is no reference.");
            Assert.Equal(vault, reference.Groups[1].Value);
            Assert.Contains(reference.Groups[2].Value, kept);
        }
    }

    [Fact]
    public void The_default_has_such_a_reference() =>
        Assert.Contains(Deployment.Of("main").Settings(), setting => Secret().IsMatch(setting.Key) && Reference().IsMatch(setting.Value));

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_output_says_more_than_names(string variant) =>
        Assert.Equal(["API_URL", "AZURE_RESOURCE_GROUP", "FUNCTION_APP_NAME", "VAULT_NAME"], Deployment.Of(variant).Outputs.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void No_file_of_infra_holds_a_secret_or_lets_one_have_a_default()
    {
        var files = (string[])[.. Repository.Files("infra", "*.bicep"), .. Repository.Files("infra", "*.bicepparam")];
        var parameters = files.SelectMany(file => SecretParameter().Matches(Repository.Text(file))).ToList();

        Assert.Equal(
            ["readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')", "''"],
            parameters.Select(parameter => parameter.Groups[2].Value).Where(value => value.Length > 0).Distinct().OrderByDescending(value => value.Length));
        Assert.All(
            files.Where(file => file.EndsWith(".bicep", StringComparison.Ordinal)).SelectMany(file => SecretParameter().Matches(Repository.Text(file))),
            parameter => Assert.Contains("@secure()", parameter.Groups[1].Value, StringComparison.Ordinal));
    }

    [GeneratedRegex("password|secret|key$|url$|CertificatePath|ClientCertificate$", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\A@Microsoft\.KeyVault\(VaultName=([\w-]+);SecretName=([\w-]+)\)\z")]
    private static partial Regex Reference();

    /// <summary>With the decorators above it, and what stands behind the equals sign.</summary>
    [GeneratedRegex(@"((?:^@[^\n]*\n)*)^param \w*(?:Password|Secret)\b[^=\n]*(?:= ([^\n]*))?$", RegexOptions.Multiline)]
    private static partial Regex SecretParameter();
}
