using System.Text.RegularExpressions;
using MailFunctions.Smtp.Relays;
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
        "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
    ];

    public static TheoryData<string> Variants => Deployment.Variants;

    public static TheoryData<string> VariantsAndCases => Deployment.VariantsAndCases;

    /// <summary>Every setting is there that has no default, and the relay's connections suffice for the instances.</summary>
    [Theory]
    [MemberData(nameof(VariantsAndCases))]
    public async Task The_app_starts_with_the_deployed_settings(string variant)
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

        Assert.InRange(relay.Connections.Inline, 1, relay.Connections.Transactional);
    }

    [Theory]
    [MemberData(nameof(VariantsAndCases))]
    public void Every_deployed_setting_is_read_by_the_code_or_the_host(string variant)
    {
        var read = SettingsInventory.All.Select(setting => setting.Name.Replace(":<n>", "", StringComparison.Ordinal).Replace(":", "__", StringComparison.Ordinal));

        Assert.Empty(Deployment.Of(variant).Settings().Keys.Except(read).Except(OfTheHost));
    }

    [Theory]
    [MemberData(nameof(VariantsAndCases))]
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

    /// <summary>In a vault that several environments share, their secrets need names of their own.</summary>
    [Fact]
    public void In_a_vault_that_was_there_before_the_secret_has_the_prefix()
    {
        var deployment = Deployment.Of("existing");

        Assert.Equal("@Microsoft.KeyVault(VaultName=kv-shared;SecretName=mail-relay-password)", deployment.Settings()["MailFunctions__Relay__Password"]);
        Assert.Equal(["mail-relay-client-secret", "mail-relay-password"], deployment.Names("Microsoft.KeyVault/vaults/secrets").Order(StringComparer.Ordinal));
        Assert.Empty(deployment.All("Microsoft.KeyVault/vaults"));
    }

    /// <summary>
    /// Both the app and the Functions host take the sampler that Azure Monitor's exporter names so; docs/operations.md has
    /// the ratio and what is lost.
    /// </summary>
    [Theory]
    [InlineData("main", "0.05")]
    [InlineData("minimal", "0.05")]
    [InlineData("networked", "0.05")]
    [InlineData("extras", "1")]
    public void Every_twentieth_trace_is_kept_unless_another_ratio_is_asked_for(string variant, string ratio)
    {
        var settings = Deployment.Of(variant).Settings();

        Assert.Equal(("microsoft.fixed_percentage", ratio), (settings["OTEL_TRACES_SAMPLER"], settings["OTEL_TRACES_SAMPLER_ARG"]));
    }

    [Fact]
    public void The_default_variant_has_a_vault_reference() =>
        Assert.Contains(Deployment.Of("main").Settings(), setting => Secret().IsMatch(setting.Key) && Reference().IsMatch(setting.Value));

    [Theory]
    [MemberData(nameof(VariantsAndCases))]
    public void No_output_says_more_than_names(string variant) =>
        Assert.Equal(["API_URL", "AZURE_RESOURCE_GROUP", "FUNCTION_APP_NAME", "OUTBOUND_ADDRESS", "SENDER_ADDRESS", "VAULT_NAME"], Deployment.Of(variant).Outputs.Keys.Order(StringComparer.Ordinal));

    /// <summary>A parameter file gets the reference that <c>azd env set-secret</c> stores, and would put it into the vault as the password.</summary>
    [Theory]
    [InlineData("relayPassword")]
    [InlineData("relayClientSecret")]
    public void A_reference_of_azd_is_refused_as_a_secret(string parameter) =>
        Assert.Contains($"if(startsWith(parameters('{parameter}'), 'akvs://'), createObject('value', fail(", Repository.Text("infra/azuredeploy.json"), StringComparison.Ordinal);

    [Fact]
    public void No_file_of_infra_holds_a_secret_or_lets_one_have_a_default()
    {
        var files = (string[])[.. Repository.Files("infra", "*.bicep"), .. Repository.Files("infra", "*.bicepparam")];
        var parameters = files.SelectMany(file => SecretParameter().Matches(Repository.Text(file))).ToList();

        Assert.Equal(
            ["readEnvironmentVariable('MAIL_RELAY_CLIENT_SECRET', '')", "readEnvironmentVariable('MAIL_RELAY_PASSWORD', '')", "''"],
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
