using System.Diagnostics.CodeAnalysis;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>The fields of one JSON object among the variables. Distinguishes a null field from a missing one.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is no collection of its own.")]
internal sealed class VariableFields(IReadOnlyDictionary<string, FluidValue> fields) : IFluidIndexable
{
    public int Count => fields.Count;

    public IEnumerable<string> Keys => fields.Keys;

    public bool TryGetValue(string name, [MaybeNullWhen(false)] out FluidValue value) => fields.TryGetValue(name, out value);

    public static bool Has(FluidValue value, string name) =>
        value is DictionaryValue && value.ToObjectValue() is VariableFields fields && fields.TryGetValue(name, out _);
}
