using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>What a caller gives a template: JSON values, and nothing that leads to an object of ours.</summary>
internal sealed class TemplateVariables
{
    private TemplateVariables(IReadOnlyDictionary<string, FluidValue> values) => Values = values;

    public static TemplateVariables None { get; } = new(new Dictionary<string, FluidValue>());

    public IReadOnlyDictionary<string, FluidValue> Values { get; }

    /// <param name="fault">Its place is <c>/variables</c> or below.</param>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out TemplateVariables? variables, [NotNullWhen(false)] out TemplateFault? fault)
    {
        (variables, fault) = (null, null);
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            variables = None;
            return true;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            fault = new TemplateFault("/variables", "must be an object");
            return false;
        }

        try
        {
            variables = new TemplateVariables(ReadFields(json, TemplateLimits.VariablesDepth));
            return true;
        }
        catch (TemplateLimitException exception)
        {
            fault = new TemplateFault("/variables", exception.Message);
        }
        catch (InvalidOperationException)
        {
            // JsonElement has no other way to say it (RFC 8259 section 8.2).
            fault = new TemplateFault("/variables", "holds half of a surrogate pair, which is no character");
        }

        return false;
    }

    private static Dictionary<string, FluidValue> ReadFields(JsonElement json, int depth)
    {
        var fields = new Dictionary<string, FluidValue>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
            fields[property.Name] = Read(property.Value, depth - 1);
        return fields;
    }

    private static FluidValue Read(JsonElement json, int depth)
    {
        if (depth < 0)
            throw new TemplateLimitException($"is nested deeper than {TemplateLimits.VariablesDepth} levels");

        return json.ValueKind switch
        {
            JsonValueKind.Object => new DictionaryValue(new VariableFields(ReadFields(json, depth))),
            JsonValueKind.Array => new ArrayValue([.. json.EnumerateArray().Select(item => Read(item, depth - 1))]),
            JsonValueKind.String => new StringValue(json.GetString()),
            JsonValueKind.Number => json.TryGetDecimal(out var number) ? NumberValue.Create(number) : new StringValue(json.GetRawText()),
            JsonValueKind.True => BooleanValue.True,
            JsonValueKind.False => BooleanValue.False,
            _ => NilValue.Instance,
        };
    }
}
