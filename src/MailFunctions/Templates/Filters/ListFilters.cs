using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>The list filters in which Fluid differs from Liquid.</summary>
internal static class ListFilters
{
    public static void Register(FilterCollection filters)
    {
        filters.AddFilter("join", (input, arguments, _) => Join(input, arguments.Count == 0 || arguments.At(0).IsNil() ? " " : arguments.At(0).ToStringValue()));
        filters.AddFilter("first", (input, _, context) => input is StringValue text ? Edge(text, 0) : input.GetValueAsync("first", context));
        filters.AddFilter("last", (input, _, context) => input is StringValue text ? Edge(text, -1) : input.GetValueAsync("last", context));
        filters.AddFilter("reverse", (input, _, _) => new ArrayValue([.. Items(input).Reverse()]));
        filters.AddFilter("sort", (input, arguments, context) => SortAsync(input, arguments, context, StringComparer.Ordinal));
        filters.AddFilter("sort_natural", (input, arguments, context) => SortAsync(input, arguments, context, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Treats a single value as a list of one, and nil as an empty list.</summary>
    private static IReadOnlyList<FluidValue> Items(FluidValue value) => value switch
    {
        ArrayValue list => list.Values,
        _ when value.IsNil() => [],
        _ => [value],
    };

    private static StringValue Join(FluidValue input, string separator) =>
        new(string.Join(separator, Flatten(Items(input)).Select(item => item.ToStringValue())));

    private static IEnumerable<FluidValue> Flatten(IEnumerable<FluidValue> items) =>
        items.SelectMany(item => item is ArrayValue list ? Flatten(list.Values) : [item]);

    private static StringValue Edge(StringValue text, int at) => new(Characters.Slice(text.ToStringValue(), at, 1), text.Encode);

    /// <summary>Sorts; equal items keep their order, and nil comes last.</summary>
    private static async ValueTask<FluidValue> SortAsync(FluidValue input, FilterArguments arguments, TemplateContext context, StringComparer comparer)
    {
        var keyed = new List<(FluidValue Item, FluidValue Key)>();
        foreach (var item in Items(input))
            keyed.Add((item, arguments.Count == 0 || arguments.At(0).IsNil() ? item : await item.GetValueAsync(arguments.At(0).ToStringValue(), context)));
        return new ArrayValue([.. keyed.OrderBy(pair => pair.Key, new KeyOrder(comparer)).Select(pair => pair.Item)]);
    }

    /// <summary>Orders numbers by value, everything else as text.</summary>
    private sealed class KeyOrder(StringComparer comparer) : IComparer<FluidValue>
    {
        public int Compare(FluidValue? x, FluidValue? y) => (x, y) switch
        {
            (null or { Type: FluidValues.Nil }, null or { Type: FluidValues.Nil }) => 0,
            (null or { Type: FluidValues.Nil }, _) => 1,
            (_, null or { Type: FluidValues.Nil }) => -1,
            (NumberValue a, NumberValue b) => a.ToNumberValue().CompareTo(b.ToNumberValue()),
            // Numbers come before texts, so that the order is total.
            (NumberValue, _) => -1,
            (_, NumberValue) => 1,
            _ => comparer.Compare(x.ToStringValue(), y.ToStringValue()),
        };
    }
}
