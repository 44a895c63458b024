using MailFunctions.Intake;
using MailFunctions.Storage;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>The deployment has what the code writes to, since the app creates nothing on Azure.</summary>
public sealed class StorageResourceTests
{
    private const string Deployed = "deployment";

    /// <summary>The most that docs/configuration.md lets a lane's window be.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7);

    public static TheoryData<string> Variants => Deployment.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_deployment_has_exactly_the_tables_that_the_code_uses(string variant) =>
        Assert.Equal(
            StorageNames.Tables.Order(StringComparer.Ordinal),
            Deployment.Of(variant).Names("Microsoft.Storage/storageAccounts/tableServices/tables").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_deployment_has_exactly_the_queues_that_the_code_uses(string variant) =>
        Assert.Equal(
            StorageNames.Queues.Order(StringComparer.Ordinal),
            Deployment.Of(variant).Names("Microsoft.Storage/storageAccounts/queueServices/queues").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_queue_of_a_trigger_is_there(string variant)
    {
        var triggered = TriggerFile.All.Select(file => file.Queue).OfType<string>().ToList();

        Assert.NotEmpty(triggered);
        Assert.Empty(triggered.Except(Deployment.Of(variant).Names("Microsoft.Storage/storageAccounts/queueServices/queues")));
    }

    /// <summary>Another connection would be another account, which nothing here deploys.</summary>
    [Fact]
    public void No_trigger_names_a_connection_of_its_own() =>
        Assert.All(TriggerFile.All, file => Assert.DoesNotContain("Connection", file.Text, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_deployment_has_the_containers_of_code_settings_and_package(string variant)
    {
        var deployment = Deployment.Of(variant);
        string[] needed = [StorageNames.ContentContainer, Deployed, .. Named(deployment.Settings(), "MailFunctions__Attachments__Container")];

        Assert.Equal(needed, deployment.Names("Microsoft.Storage/storageAccounts/blobServices/containers"));
        Assert.EndsWith($"'{Deployed}')]", deployment.The("Microsoft.Web/sites").Text("properties.functionAppConfig.deployment.storage.value"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_variant_has_a_container_of_files() =>
        Assert.Contains("MailFunctions__Attachments__Container", Deployment.Of("networked").Settings().Keys);

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_life_cycle_rule_deletes_content_later_than_any_mail_can_need_it(string variant)
    {
        var rule = Assert.Single(Deployment.Of(variant).The("Microsoft.Storage/storageAccounts/managementPolicies").At("properties.policy.rules").EnumerateArray());

        Assert.Equal([$"{StorageNames.ContentContainer}/"], rule.Texts("definition.filters.prefixMatch"));
        Assert.Equal(400, rule.At("definition.actions.baseBlob.delete.daysAfterModificationGreaterThan").GetInt32());
        Assert.True(EmailLimits.ScheduledWithin + LongestWindow < TimeSpan.FromDays(400));
    }

    private static IEnumerable<string> Named(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.TryGetValue(name, out var value) ? [value] : [];
}
