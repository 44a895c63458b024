using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>Counts how much of a value a filter has to read: its characters, those of a list's items, and one for anything else.</summary>
internal static class ValueSize
{
    public static long Of(FluidValue value) => value switch
    {
        ArrayValue list => 1 + list.Values.Sum(Of),
        StringValue text => 1 + text.ToStringValue().Length,
        _ => 1,
    };
}
