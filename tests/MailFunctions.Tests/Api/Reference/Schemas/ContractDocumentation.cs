using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MailFunctions.Tests.Api.Reference.Schemas;

/// <summary>The summaries of the contracts as Markdown, with the names that are on the wire.</summary>
internal static partial class ContractDocumentation
{
    private static readonly Assembly Contracts = typeof(ContractsJson).Assembly;

    private static readonly Dictionary<string, XElement> Members = XDocument.Load(Path.ChangeExtension(Contracts.Location, ".xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    /// <returns>Null without a summary.</returns>
    public static string? Of(Type type) => Members.TryGetValue($"T:{type.FullName}", out var member) ? Text(member.Element("summary")) : null;

    /// <returns>The property's summary, or what its record says of the parameter; null when neither says anything.</returns>
    public static string? Of(PropertyInfo property)
    {
        if (Members.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var member))
            return Text(member.Element("summary"));
        return Members.TryGetValue($"T:{property.DeclaringType.FullName}", out var record)
            ? Text(record.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")!.Value == property.Name))
            : null;
    }

    private static string? Text(XElement? element)
    {
        if (element is null)
            return null;
        var text = Space().Replace(string.Concat(element.Nodes().Select(Markdown)), " ").Trim();
        // The reference to the schema of the words says the same.
        return OnlyNamesWords().IsMatch(text) ? null : text;
    }

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{ContractSchemas.WireName(parameter.Attribute("name")!.Value)}`",
        XElement { Name.LocalName: "see" } reference => Referenced(reference.Attribute("cref")!.Value),
        _ => throw new InvalidOperationException($"There is no Markdown for {node}."),
    };

    private static string Referenced(string cref)
    {
        var name = cref[2..];
        if (cref[0] == 'T')
            return $"`{ContractSchemas.NameOf(Contracts.GetType(name, throwOnError: true)!) ?? throw new InvalidOperationException($"{name} makes no schema.")}`";
        var type = Contracts.GetType(name[..name.LastIndexOf('.')], throwOnError: true)!;
        var member = name[(name.LastIndexOf('.') + 1)..];
        return type.GetField(member)?.GetRawConstantValue() switch
        {
            string word => $"`{word}`",
            int number => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
            _ => $"`{ContractSchemas.WireName(type.GetProperty(member)!)}`",
        };
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"^One of `\w+`\.$")]
    private static partial Regex OnlyNamesWords();
}
