using System.Reflection;
using System.Text.RegularExpressions;
using MailFunctions.Intake;

namespace MailFunctions.Tests.Docs;

/// <param name="Name">With colons; <c>&lt;n&gt;</c> for the entries of a list, <c>&lt;name&gt;</c> for those of a dictionary.</param>
/// <param name="Default">Null when there is none that can be shown.</param>
/// <param name="Property">What it is bound to.</param>
internal sealed record Setting(string Name, string? Default, PropertyInfo Property);

/// <summary>All that the options classes can be given. Those of the storage account itself are the Functions host's, and not among them; <see cref="GroupCommitOptions"/> are for tests and benchmarks.</summary>
internal static partial class SettingsInventory
{
    public static IReadOnlyList<Setting> All { get; } = [.. Find()];

    private static IEnumerable<Setting> Find()
    {
        var classes = typeof(ServiceRegistration).Assembly.GetTypes()
            .Where(type => type.IsClass && type != typeof(GroupCommitOptions) && type.Namespace?.StartsWith("MailFunctions.", StringComparison.Ordinal) == true && OptionsName().IsMatch(type.Name))
            .ToList();
        var nested = classes.SelectMany(type => type.GetProperties()).Select(property => property.PropertyType).ToHashSet();
        return classes.Where(type => !nested.Contains(type)).SelectMany(type =>
            Find(type.GetField("Section")?.GetRawConstantValue() as string ?? "MailFunctions", Activator.CreateInstance(type)!));
    }

    private static IEnumerable<Setting> Find(string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (name, value) = ($"{prefix}:{property.Name}", property.GetValue(options));
            if (OptionsName().IsMatch(property.PropertyType.Name))
            {
                foreach (var setting in Find(name, value!))
                    yield return setting;
            }
            else if (value is System.Collections.IDictionary)
            {
                yield return new($"{name}:<name>", null, property);
            }
            else if (value is System.Collections.IEnumerable and not string)
            {
                yield return new($"{name}:<n>", null, property);
            }
            else
            {
                yield return new(name, value is bool yes ? (yes ? "true" : "false") : value is null ? null : FormattableString.Invariant($"{value}"), property);
            }
        }
    }

    [GeneratedRegex(@"\A\w+Options\z")]
    private static partial Regex OptionsName();
}
