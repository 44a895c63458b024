using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>The variables that a caller gives a template: JSON values only, none of which references an object of ours.</summary>
internal sealed class TemplateVariables
{
    private TemplateVariables(IReadOnlyDictionary<string, FluidValue> values) => Values = values;

    public static TemplateVariables None { get; } = new(new Dictionary<string, FluidValue>());

    public IReadOnlyDictionary<string, FluidValue> Values { get; }

    /// <param name="fields">Each is a string, a decimal, a bool, null, a list of these, or fields again; nested to a bounded depth.</param>
    public static TemplateVariables Of(IReadOnlyDictionary<string, object?> fields) => new(Fields(fields));

    /// <summary>Returns the variables with another one, or with another value of one.</summary>
    public TemplateVariables With(string name, string text) => new(new Dictionary<string, FluidValue>(Values, StringComparer.Ordinal) { [name] = new StringValue(text) });

    private static Dictionary<string, FluidValue> Fields(IReadOnlyDictionary<string, object?> fields) =>
        fields.ToDictionary(field => field.Key, field => Value(field.Value), StringComparer.Ordinal);

    private static FluidValue Value(object? value) => value switch
    {
        null => NilValue.Instance,
        string text => new StringValue(text),
        decimal number => NumberValue.Create(number),
        bool flag => BooleanValue.Create(flag),
        IReadOnlyDictionary<string, object?> fields => new DictionaryValue(new VariableFields(Fields(fields))),
        IReadOnlyList<object?> items => new ArrayValue([.. items.Select(Value)]),
        _ => throw new ArgumentException($"A {value.GetType().Name} is no value of JSON.", nameof(value)),
    };
}
