using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;

namespace MailFunctions.Tests.Api.Reference.Schemas;

/// <summary>
/// Makes the schemas of openapi.json from the types of the contracts: members, kinds and what is required from the types,
/// descriptions from their documentation, bounds and words from their attributes.
/// </summary>
internal static class ContractSchemas
{
    private static readonly JsonSchemaExporterOptions Exporter = new() { TransformSchemaNode = Describe, TreatNullObliviousAsNonNullable = true };

    /// <summary>The types that make a schema, with each name under which they do.</summary>
    public static IReadOnlyList<(Type Type, SchemaAttribute Schema)> Types { get; } =
    [
        .. typeof(ContractsJson).Assembly.GetTypes()
            .SelectMany(type => type.GetCustomAttributes<SchemaAttribute>().Select(schema => (type, schema)))
            .OrderBy(entry => entry.schema.Name, StringComparer.Ordinal),
    ];

    /// <summary>Returns the name of the schema that a type makes; of several the first. Null when it makes none.</summary>
    public static string? NameOf(Type type) => type.GetCustomAttributes<SchemaAttribute>().FirstOrDefault()?.Name;

    public static string WireName(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static string WireName(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? WireName(property.Name);

    public static JsonObject Make(Type type, SchemaAttribute schema)
    {
        var made = IsWords(type)
            ? new JsonObject { ["type"] = "string", ["enum"] = WordsOf(type), ["description"] = ContractDocumentation.Of(type) }
            : (JsonObject)ContractsJson.Default.Options.GetJsonSchemaAsNode(type, Exporter);
        return SchemaLayout.InOrder(Patched(made, schema.Rules));
    }

    private static bool IsWords(Type type) => type is { IsAbstract: true, IsSealed: true };

    private static JsonArray WordsOf(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (JsonNode)(string)field.GetRawConstantValue()!)];

    /// <summary>Completes what the exporter makes of one type, or of one property.</summary>
    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode node)
    {
        var schema = node as JsonObject ?? [];
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (context.Path.Length > 0 && NameOf(type) is { } name)
            schema = ReferenceTo(name);
        else if (schema.ContainsKey("properties"))
            Close(schema, type);
        if (context.PropertyInfo?.AttributeProvider is PropertyInfo property)
            schema = Describe(schema, property);
        return schema;
    }

    private static JsonObject ReferenceTo(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    /// <summary>An object has the members that are described and no others; those that are always there are required.</summary>
    private static void Close(JsonObject schema, Type type)
    {
        schema["description"] = ContractDocumentation.Of(type);
        schema["required"] = new JsonArray([.. Properties(type).Where(IsRequired).Select(property => (JsonNode)WireName(property))]);
        schema["additionalProperties"] = false;
    }

    private static JsonObject Describe(JsonObject schema, PropertyInfo property)
    {
        Attribute[] attributes = [.. property.GetCustomAttributes(), .. Parameter(property)?.GetCustomAttributes() ?? []];
        if (schema["type"] is JsonArray types)
            schema["type"] = MayBeNull(property) ? types.DeepClone() : types.First(type => type!.GetValue<string>() != "null")!.DeepClone();
        // The exporter knows the default of a parameter only, and states an absent one as null.
        schema.Remove("default");
        if (property.PropertyType == typeof(ReadOnlyMemory<byte>?))
            schema = new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64" };
        foreach (var attribute in attributes)
            schema = Apply(schema, attribute);
        if (Default(property) is { } value)
            schema["default"] = JsonSerializer.SerializeToNode(value, value.GetType());
        if (ContractDocumentation.Of(property) is { } description)
            schema["description"] = description;
        return attributes.OfType<SchemaAttribute>().Aggregate(schema, (patched, rule) => Patched(patched, rule.Rules));
    }

    private static JsonObject Apply(JsonObject schema, Attribute attribute)
    {
        switch (attribute)
        {
            case SchemaAttribute { Name: { } name } when schema.ContainsKey("items"):
                schema["items"] = ReferenceTo(name);
                break;
            case SchemaAttribute { Name: { } name }:
                return ReferenceTo(name);
            case WordsAttribute { Names: var words } when schema.ContainsKey("items") && NameOf(words) is { } name:
                schema["items"] = ReferenceTo(name);
                break;
            case WordsAttribute { Names: var words } when NameOf(words) is { } name:
                return ReferenceTo(name);
            case WordsAttribute { Names: var words }:
                schema["enum"] = WordsOf(words);
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = new JsonArray([.. allowed.Values.Select(value => (JsonNode)(string)value!)]);
                break;
            case LengthAttribute length:
                (schema[$"min{Measure(schema)}"], schema[$"max{Measure(schema)}"]) = (length.MinimumLength, length.MaximumLength);
                break;
            case MinLengthAttribute shortest:
                schema[$"min{Measure(schema)}"] = shortest.Length;
                break;
            case MaxLengthAttribute longest:
                schema[$"max{Measure(schema)}"] = longest.Length;
                break;
            case RegularExpressionAttribute expression:
                schema["pattern"] = expression.Pattern;
                break;
            case RangeAttribute { Minimum: int minimum, Maximum: int maximum }:
                schema["minimum"] = minimum;
                if (maximum != int.MaxValue)
                    schema["maximum"] = maximum;
                break;
        }

        return schema;
    }

    private static string Measure(JsonObject schema) => schema.ContainsKey("items") ? "Items" : schema.ContainsKey("additionalProperties") ? "Properties" : "Length";

    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition != JsonIgnoreCondition.Always);

    private static bool IsRequired(PropertyInfo property) => (!IsNullable(property) || MayBeNull(property)) && Default(property) is null;

    private static bool IsNullable(PropertyInfo property) => new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

    /// <summary>True when null is written, rather than nothing.</summary>
    private static bool MayBeNull(PropertyInfo property) =>
        IsNullable(property) && property.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Never;

    private static object? Default(PropertyInfo property) =>
        property.GetCustomAttribute<DefaultValueAttribute>()?.Value ?? (Parameter(property) is { HasDefaultValue: true } parameter ? parameter.DefaultValue : null);

    /// <summary>Returns the parameter of a record that declares a property.</summary>
    private static ParameterInfo? Parameter(PropertyInfo property) =>
        property.DeclaringType!.GetConstructors().SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(parameter => parameter.Name == property.Name);

    private static JsonObject Patched(JsonObject schema, string? rules) => rules is null ? schema : Patched(schema, (JsonObject)JsonNode.Parse(rules)!);

    /// <summary>Applies a JSON merge patch (RFC 7396).</summary>
    private static JsonObject Patched(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target.Remove(name);
            else
                target[name] = value is JsonObject inner ? Patched(target[name]?.DeepClone() as JsonObject ?? [], inner) : value.DeepClone();
        }

        return target;
    }
}
