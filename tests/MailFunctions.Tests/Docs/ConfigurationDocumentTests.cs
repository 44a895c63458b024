using System.Reflection;
using System.Text.RegularExpressions;

namespace MailFunctions.Tests.Docs;

public sealed partial class ConfigurationDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/configuration.md");

    [Fact]
    public void Every_setting_is_documented_and_every_documented_setting_exists() =>
        Assert.Equal(Settings().Select(setting => setting.Name).Order(StringComparer.Ordinal), Documented().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Documented_defaults_are_those_of_the_options()
    {
        var documented = Documented();

        Assert.All(Settings().Where(setting => setting.Default is not null), setting =>
            Assert.Equal($"`{setting.Default}`", documented[setting.Name].Default));
    }

    [Fact]
    public void Every_setting_has_its_spelling_as_an_environment_variable() =>
        Assert.All(Documented(), pair => Assert.Equal(
            $"`{pair.Key.Replace(":", "__", StringComparison.Ordinal).Replace("<n>", "0", StringComparison.Ordinal)}`", pair.Value.Variable));

    /// <summary>By name, the cells of its row: setting, environment variable, default, meaning.</summary>
    private static Dictionary<string, (string Variable, string Default)> Documented()
    {
        var rows = Document.Split('\n').Where(line => line.StartsWith("| `MailFunctions:", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
        return rows.ToDictionary(row => row[0].Trim('`'), row => (row[1], row[2]));
    }

    /// <summary>All that the options classes can be given. Those of the storage account itself are the Functions host's, and not among them.</summary>
    private static IEnumerable<(string Name, string? Default)> Settings()
    {
        var classes = typeof(ServiceRegistration).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsPublic: true } && type.Namespace!.StartsWith("MailFunctions.", StringComparison.Ordinal) && OptionsName().IsMatch(type.Name))
            .ToList();
        var nested = classes.SelectMany(type => type.GetProperties()).Select(property => property.PropertyType).ToHashSet();
        return classes.Where(type => !nested.Contains(type)).SelectMany(type =>
            Settings(type.GetField("Section")?.GetRawConstantValue() as string ?? "MailFunctions", Activator.CreateInstance(type)!));
    }

    private static IEnumerable<(string Name, string? Default)> Settings(string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (name, value) = ($"{prefix}:{property.Name}", property.GetValue(options));
            if (OptionsName().IsMatch(property.PropertyType.Name))
            {
                foreach (var setting in Settings(name, value!))
                    yield return setting;
            }
            else if (value is System.Collections.IDictionary)
            {
                yield return ($"{name}:<name>", null);
            }
            else if (value is System.Collections.IEnumerable and not string)
            {
                yield return ($"{name}:<n>", null);
            }
            else
            {
                yield return (name, value is bool yes ? (yes ? "true" : "false") : value is null ? null : FormattableString.Invariant($"{value}"));
            }
        }
    }

    [GeneratedRegex(@"\A\w+Options\z")]
    private static partial Regex OptionsName();
}
