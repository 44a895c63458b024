using System.Collections.Frozen;
using System.Text.Encodings.Web;
using Fluid;
using Fluid.Filters;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// The filters of standard Liquid. Each charges for what it reads and makes, and keeps track of encoding: a result that
/// contains unencoded text counts as unencoded.
/// </summary>
internal static class LiquidFilters
{
    private static readonly string[] Standard =
    [
        "abs", "append", "at_least", "at_most", "base64_decode", "base64_encode", "base64_url_safe_decode", "base64_url_safe_encode", "capitalize",
        "ceil", "compact", "concat", "date", "default", "divided_by", "downcase", "escape", "escape_once", "find", "find_index", "first", "floor", "has",
        "join", "last", "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend", "raw", "reject", "remove", "remove_first",
        "remove_last", "replace", "replace_first", "replace_last", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split",
        "strip", "strip_html", "strip_newlines", "sum", "time_zone", "times", "truncate", "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where",
    ];

    /// <summary>Filters that do not read the content of a value: they check it or pass it on.</summary>
    private static readonly FrozenSet<string> Cheap = FrozenSet.Create(StringComparer.Ordinal, "default");

    /// <summary>Filters that decide themselves whether their result is encoded.</summary>
    private static readonly FrozenSet<string> Deciding = FrozenSet.Create(StringComparer.Ordinal, "raw", "escape", "escape_once", "newline_to_br", "default");

    public static FrozenSet<string> Names { get; } = Standard.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="encoder">The encoder of the part, for a filter that adds markup to unencoded text.</param>
    public static void Register(FilterCollection filters, TextEncoder encoder)
    {
        var all = new FilterCollection().WithArrayFilters().WithStringFilters().WithNumberFilters().WithMiscFilters();
        all.AddFilter("newline_to_br", (input, _, _) => BreakLines(input, encoder));
        all.AddFilter("time_zone", TimeZoneFilter.Convert);
        all.AddFilter("date", DateFilter.Of(Required(all, "date")));
        TextFilters.Register(all);
        NumberFilters.Register(all);
        MarkupFilters.Register(all);
        ListFilters.Register(all);
        filters.Clear();
        foreach (var name in Standard)
            filters.AddFilter(name, Metered(name, Required(all, name)));
    }

    private static FilterDelegate Required(FilterCollection filters, string name) =>
        filters.TryGetValue(name, out var filter) ? filter : throw new InvalidOperationException($"Fluid has no filter {name}.");

    private static FilterDelegate Metered(string name, FilterDelegate filter) => async (input, arguments, context) =>
    {
        var render = (RenderContext)context;
        render.ChargeChars(1);
        if (Cheap.Contains(name))
            return await filter(input, arguments, context);

        render.ChargeChars(ValueSize.Of(input));
        for (var i = 0; i < arguments.Count; i++)
            render.ChargeChars(ValueSize.Of(arguments.At(i)));
        FilterGrowth.Check(name, input, arguments, render);

        var result = await filter(input, arguments, context);
        render.ChargeChars(ValueSize.Of(result));
        if (result is ArrayValue list)
            RenderContext.CheckItems(list.Values.Count);

        return result is StringValue { Encode: false } text && !Deciding.Contains(name) && !ReferenceEquals(result, input) && TookInUnencoded(arguments)
            ? new StringValue(text.ToStringValue())
            : result;
    };

    private static bool TookInUnencoded(FilterArguments arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments.At(i) is not (StringValue { Encode: false } or NumberValue or BooleanValue or BaseNilValue))
                return true;
        }

        return false;
    }

    private static ValueTask<FluidValue> BreakLines(FluidValue input, TextEncoder encoder)
    {
        var isEncoded = input is StringValue { Encode: false };
        using var result = new BoundedWriter(TemplateLimits.FilteredChars);
        var rest = input.ToStringValue().AsSpan();
        for (int end; (end = rest.IndexOf('\n')) >= 0; rest = rest[(end + 1)..])
        {
            Write(rest[..end].TrimEnd('\r'));
            result.Write("<br />\n");
        }

        Write(rest);
        return new StringValue(result.ToString(), encode: false);

        void Write(ReadOnlySpan<char> line)
        {
            if (isEncoded)
                result.Write(line);
            else
                EncodedOutput.Encode(line, result, encoder);
        }
    }
}
