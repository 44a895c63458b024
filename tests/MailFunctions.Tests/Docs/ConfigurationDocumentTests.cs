using System.Text.RegularExpressions;

namespace MailFunctions.Tests.Docs;

public sealed partial class ConfigurationDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/configuration.md");

    [Fact]
    public void Every_setting_is_documented_and_every_documented_setting_exists() =>
        Assert.Equal(SettingsInventory.All.Select(setting => setting.Name).Order(StringComparer.Ordinal), Documented().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Documented_defaults_are_those_of_the_options()
    {
        var documented = Documented();

        Assert.All(SettingsInventory.All.Where(setting => setting.Default is not null), setting =>
            Assert.Equal($"`{setting.Default}`", documented[setting.Name].Default));
    }

    [Fact]
    public void Every_setting_has_its_spelling_as_an_environment_variable() =>
        Assert.All(Documented(), pair => Assert.Equal(
            $"`{pair.Key.Replace(":", "__", StringComparison.Ordinal).Replace("<n>", "0", StringComparison.Ordinal)}`", pair.Value.Variable));

    /// <summary>Options are filled by reflection, so whoever calls a getter is one who reads the setting.</summary>
    [Fact]
    public void Every_setting_is_read()
    {
        var assembly = typeof(ServiceRegistration).Assembly;
        var called = CalledMethods.Tokens(assembly, type => !type.Name.EndsWith("Options", StringComparison.Ordinal));
        var unread = SettingsInventory.All.Where(setting => !called.Contains(setting.Property.GetMethod!.MetadataToken)).Select(setting => setting.Name);

        Assert.Empty(unread);
    }

    /// <summary>Past the options classes, code reads a setting by its name.</summary>
    [Fact]
    public void Every_setting_that_is_read_by_name_is_documented()
    {
        var read = RepositoryFile.All("src/MailFunctions", "*.cs")
            .SelectMany(source => ReadByName().Matches(source).Select(match => match.Groups["name"].Value))
            .SelectMany(name => name.Contains("{service}", StringComparison.Ordinal)
                ? ((string[])["blob", "queue", "table"]).Select(service => name.Replace("{service}", service, StringComparison.Ordinal))
                : [name])
            .Distinct();

        Assert.Equal(
            ["accountName", "blobServiceUri", "clientId", "queueServiceUri", "tableServiceUri"],
            read.Order(StringComparer.Ordinal));
        Assert.All(read, name => Assert.Matches($"`(AzureWebJobsStorage)?__{name}`", Document));
    }

    [Fact]
    public void No_source_file_reads_environment_variables_directly() =>
        Assert.DoesNotContain(RepositoryFile.All("src/MailFunctions", "*.cs"), source => source.Contains("GetEnvironmentVariable", StringComparison.Ordinal));

    /// <summary>By name, the cells of its row: setting, environment variable, default, meaning.</summary>
    private static Dictionary<string, (string Variable, string Default)> Documented()
    {
        var rows = Document.Split('\n').Where(line => line.StartsWith("| `MailFunctions:", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
        return rows.ToDictionary(row => row[0].Trim('`'), row => (row[1], row[2]));
    }

    [GeneratedRegex("""\b(?:configuration|section)\[\$?"(?<name>[^"]+)"\]|(?:GetSection|GetValue<\w+>)\(\$?"(?<name>[^"]+)"\)""")]
    private static partial Regex ReadByName();
}
