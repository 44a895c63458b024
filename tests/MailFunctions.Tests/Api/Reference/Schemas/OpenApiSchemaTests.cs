using System.Text.Json.Nodes;
using MailFunctions.Tests.App;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Tests.Api.Reference.Schemas;

/// <summary>
/// The schemas of openapi.json are made from the contracts. <c>MAILFUNCTIONS_WRITE_OPENAPI=1</c> lets this test write them
/// there instead of comparing.
/// </summary>
public sealed class OpenApiSchemaTests
{
    private const string Description = "src/MailFunctions/Api/Reference/openapi.json";

    private const string Schemas = "    \"schemas\": ";

    [Fact]
    public void The_schemas_are_those_of_the_contracts()
    {
        var text = Repository.Text(Description);
        var made = text[..(text.IndexOf(Schemas, StringComparison.Ordinal) + Schemas.Length)] + SchemaLayout.Write(All(text), indent: 4) + "\n  }\n}\n";

        if (new ConfigurationBuilder().AddEnvironmentVariables().Build()["MAILFUNCTIONS_WRITE_OPENAPI"] == "1")
            Repository.Write(Description, made);
        Assert.Equal(made, Repository.Text(Description));
    }

    [Fact]
    public void Nothing_is_written_by_hand_but_the_schemas_that_no_type_makes()
    {
        string[] byHand = [SchemaNames.Id, SchemaNames.Address, SchemaNames.TemplateName, SchemaNames.Variables, SchemaNames.Email, SchemaNames.Batch];

        Assert.Equal(
            ContractSchemas.Types.Select(entry => entry.Schema.Name!).Concat(byHand).Order(StringComparer.Ordinal),
            Written(Repository.Text(Description)).Select(schema => schema.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>The file's schemas in their order, each as its type makes it; new ones at the end.</summary>
    private static JsonObject All(string text)
    {
        var written = Written(text);
        var made = ContractSchemas.Types.ToDictionary(entry => entry.Schema.Name!, entry => ContractSchemas.Make(entry.Type, entry.Schema));
        var all = new JsonObject();
        foreach (var name in written.Select(schema => schema.Key).Concat(made.Keys).Distinct())
            all[name] = made.TryGetValue(name, out var schema) ? schema : written[name]!.DeepClone();
        return all;
    }

    private static JsonObject Written(string text) => JsonNode.Parse(text)!["components"]!["schemas"]!.AsObject();
}
