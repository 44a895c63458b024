using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>The GitHub workflow that deploys; it runs on GitHub alone.</summary>
public sealed partial class DeployWorkflowTests
{
    private static readonly string Workflow = Repository.Text(".github/workflows/deploy.yml").ReplaceLineEndings("\n");

    [Fact]
    public void The_workflow_uses_exactly_these_actions() => Assert.Equal(
        ["actions/checkout", "actions/setup-dotnet", "actions/attest-build-provenance", "actions/upload-artifact", "azure/login"],
        Uses().Matches(Workflow).Select(match => match.Groups[1].Value));

    [Fact]
    public void The_workflow_may_only_read_code_request_a_token_and_attest()
    {
        Assert.Contains("\npermissions: {}\n", Workflow, StringComparison.Ordinal);
        Assert.Equal(["contents: read", "id-token: write", "attestations: write"], Permission().Matches(Workflow).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void The_workflow_stores_no_secret_and_masks_those_it_receives()
    {
        Assert.DoesNotContain("secrets.", Workflow, StringComparison.Ordinal);
        Assert.DoesNotContain("PASSWORD", Workflow, StringComparison.Ordinal);
        Assert.Equal(["CALLER_TOKEN", "key"], Masked().Matches(Workflow).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void The_workflow_sets_every_variable_of_the_parameter_files_except_secrets()
    {
        var read = Repository.Files("infra", "*.bicepparam").SelectMany(file => Variable().Matches(Repository.Text(file))).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(["MAIL_RELAY_PASSWORD", "MAIL_RELAY_CLIENT_SECRET"], read.Where(name => !Workflow.Contains($"\n      {name}: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_workflow_offers_exactly_the_existing_variants() =>
        Assert.Contains(
            $"options: [{string.Join(", ", Deployment.Variants.Select(row => row.Data))}]",
            Workflow,
            StringComparison.Ordinal);

    [GeneratedRegex(@"uses: ([\w/-]+)@")]
    private static partial Regex Uses();

    [GeneratedRegex(@"^      ([\w-]+: (?:read|write))$", RegexOptions.Multiline)]
    private static partial Regex Permission();

    [GeneratedRegex(@"::add-mask::\$(\w+)")]
    private static partial Regex Masked();

    [GeneratedRegex(@"readEnvironmentVariable\('(\w+)'")]
    private static partial Regex Variable();
}
