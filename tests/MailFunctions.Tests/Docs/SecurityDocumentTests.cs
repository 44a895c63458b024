using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Docs;

public sealed partial class SecurityDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/security.md");

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var classes = Repository.Files("tests", "*Tests.cs")
            .Where(file => Repository.Text(file).Contains($"class {Path.GetFileNameWithoutExtension(file)}", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension)
            .ToHashSet();
        var named = TestClass().Matches(Document).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(named);
        Assert.Subset(classes!, named);
    }

    [Fact]
    public void Every_threat_names_its_tests_and_what_is_not_covered_and_so_does_every_claim()
    {
        var threats = Document[Document.IndexOf("\n## Threats", StringComparison.Ordinal)..Document.IndexOf("\n## Changing secrets", StringComparison.Ordinal)]
            .Split("\n### ").Skip(1).ToList();

        Assert.True(threats.Count >= 15);
        Assert.All(threats, threat => Assert.Matches(TestClass(), threat));
        Assert.All(threats.Where(threat => threat.Contains("*Done*", StringComparison.Ordinal)), threat => Assert.Contains("- *Not covered*:", threat, StringComparison.Ordinal));
        Assert.All(threats.SelectMany(threat => threat.Split('\n')).Where(line => line.StartsWith("- *Done*", StringComparison.Ordinal)), claim => Assert.Matches(TestClass(), claim));
    }

    [Fact]
    public void Every_file_that_is_named_exists()
    {
        var named = SourceFile().Matches(Document).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(RepositoryFile.Exists(path) || RepositoryFile.Exists($"src/MailFunctions/{path}"), path));
    }

    [Fact]
    public void Every_setting_that_holds_a_secret_has_its_way_of_being_changed()
    {
        var secret = SettingsInventory.All.Select(setting => setting.Name).Where(name => Secret().IsMatch(name));
        var changed = string.Join('\n', RepositoryFile.TableRows(Document, "Changing secrets").Select(row => row[0]));

        Assert.All(secret, name => Assert.Contains($"`{name}`", changed, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_secret_that_Bicep_stores_is_listed_under_Changing_secrets()
    {
        var secrets = VaultSecret().Matches(Repository.Text("infra/modules/secrets.bicep")).Select(match => match.Groups[1].Value).ToList();
        var changed = string.Join('\n', RepositoryFile.TableRows(Document, "Changing secrets").Select(row => string.Join(' ', row)));

        Assert.NotEmpty(secrets);
        Assert.All(secrets, name => Assert.Contains(name, changed, StringComparison.Ordinal));
    }

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex TestClass();

    [GeneratedRegex("`([\\w./-]+\\.(?:cs|bicep|json|sh|yml|props))`")]
    private static partial Regex SourceFile();

    [GeneratedRegex(":(?:Password|ClientSecret|ClientCertificate|ClientCertificatePassword|CertificatePassword|CertificatePath|ClientCertificatePath|Url)$")]
    private static partial Regex Secret();

    [GeneratedRegex(@"name: '\$\{prefix\}(relay-[\w-]+)'")]
    private static partial Regex VaultSecret();
}
