using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>
/// Built-in roles of Azure by id, read from <c>built-in-roles.tsv</c>, which was taken from Microsoft's own list: a typing
/// error in a Bicep file cannot stand here as well.
/// </summary>
internal static class BuiltInRoles
{
    private static readonly Dictionary<string, string> Names = Repository.Text("tests/MailFunctions.Tests/Infra/built-in-roles.tsv")
        .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('\t'))
        .ToDictionary(row => row[1], row => row[0]);

    /// <summary>Finds the name of a role; an id that Microsoft does not list stays as it is.</summary>
    public static string NameOf(string id) => Names.GetValueOrDefault(id, id);
}
