using System.Globalization;
using System.Text;
using Fluid;
using Fluid.Values;
using MailFunctions.Http.Requests;

namespace MailFunctions.Templates.Filters;

/// <summary>The text filters in which Fluid differs from Liquid: they count characters and search in linear time.</summary>
internal static class TextFilters
{
    private const int DefaultTruncation = 50;
    private const int DefaultWords = 15;
    private const string DefaultEllipsis = "...";

    /// <summary>The white space of Ruby's <c>String#strip</c>.</summary>
    private static readonly char[] Trimmed = [.. "\0\t\n\v\f\r "];

    public static void Register(FilterCollection filters)
    {
        filters.AddFilter("truncate", (input, arguments, _) => Change(input, text => Truncate(text, Number(arguments.At(0), DefaultTruncation), Ellipsis(arguments))));
        filters.AddFilter("truncatewords", (input, arguments, _) => Change(input, text => TruncateWords(text, Number(arguments.At(0), DefaultWords), Ellipsis(arguments))));
        filters.AddFilter("capitalize", (input, _, _) => Change(input, Capitalize));
        filters.AddFilter("upcase", (input, _, _) => Change(input, Upcase));
        filters.AddFilter("downcase", (input, _, _) => Change(input, text => text.ToLowerInvariant()));
        filters.AddFilter("slice", Slice);
        filters.AddFilter("strip", (input, _, _) => Change(input, text => text.Trim(Trimmed)));
        filters.AddFilter("lstrip", (input, _, _) => Change(input, text => text.TrimStart(Trimmed)));
        filters.AddFilter("rstrip", (input, _, _) => Change(input, text => text.TrimEnd(Trimmed)));
        filters.AddFilter("split", (input, arguments, _) => Split(input.ToStringValue(), arguments.At(0).ToStringValue()));
        filters.AddFilter("size", Size);
        filters.AddFilter("replace", (input, arguments, _) => Change(input, text => Replace(text, arguments.At(0).ToStringValue(), arguments.At(1).ToStringValue())));
        filters.AddFilter("replace_first", (input, arguments, _) => Change(input, text => ReplaceAt(text, Search(arguments)?.First(text) ?? 0, arguments)));
        filters.AddFilter("replace_last", (input, arguments, _) => Change(input, text => ReplaceAt(text, Search(arguments)?.Last(text) ?? text.Length, arguments)));
        filters.AddFilter("remove", (input, arguments, _) => Change(input, text => Replace(text, arguments.At(0).ToStringValue(), "")));
        filters.AddFilter("remove_first", (input, arguments, _) => Change(input, text => RemoveAt(text, Search(arguments)?.First(text) ?? -1, arguments)));
        filters.AddFilter("remove_last", (input, arguments, _) => Change(input, text => RemoveAt(text, Search(arguments)?.Last(text) ?? -1, arguments)));
    }

    /// <summary>Applies a change to a string; the result is marked as encoded if the input was.</summary>
    public static ValueTask<FluidValue> Change(FluidValue input, Func<string, string> change) =>
        input.IsNil() ? StringValue.Empty : new StringValue(change(input.ToStringValue()), input is not StringValue { Encode: false });

    private static string Truncate(string text, int length, string ellipsis)
    {
        if (Characters.IndexBehind(text, Math.Max(0, length)) == text.Length && length >= 0)
            return text;
        var kept = Math.Max(0, length - Characters.Count(ellipsis));
        return string.Concat(text.AsSpan(0, Characters.IndexBehind(text, kept)), ellipsis);
    }

    private static string TruncateWords(string text, int words, string ellipsis)
    {
        words = Math.Max(1, words);
        var kept = new StringBuilder(text.Length);
        foreach (var word in Words.Of(text))
        {
            kept.Append(text.AsSpan()[word]);
            // Ruby counts trailing white space as one more word.
            if (--words == 0)
                return word.End.Value == text.Length ? text : kept.Append(ellipsis).ToString();
            kept.Append(' ');
        }

        return text;
    }

    private static string Capitalize(string text)
    {
        var first = Characters.IndexBehind(text, 1);
        return Upcase(text[..first]) + text[first..].ToLowerInvariant();
    }

    /// <summary>Converts to upper case. Unicode's full mapping of ß has two letters; the framework maps each letter to one.</summary>
    private static string Upcase(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    private static ValueTask<FluidValue> Slice(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var (start, length) = (Required(arguments.At(0)), arguments.At(1).IsNil() ? 1 : Required(arguments.At(1)));
        if (input is not ArrayValue list)
            return Change(input, text => Characters.Slice(text, start, length));
        if (start < 0)
            start += list.Values.Count;
        return start < 0 || length <= 0 ? ArrayValue.Empty : new ArrayValue([.. list.Values.Skip(start).Take(length)]);
    }

    private static ArrayValue Split(string text, string separator)
    {
        var parts = new List<string>();
        if (separator.Length == 0)
        {
            parts.AddRange(Characters.Of(text));
        }
        else if (separator == " ")
        {
            parts.AddRange(Words.Of(text).Select(word => text[word]));
        }
        else
        {
            var from = 0;
            foreach (var at in new TextSearch(separator).All(text))
            {
                parts.Add(text[from..at]);
                from = at + separator.Length;
            }

            parts.Add(text[from..]);
            // Ruby drops empty parts at the end.
            while (parts.Count > 0 && parts[^1].Length == 0)
                parts.RemoveAt(parts.Count - 1);
        }

        return new ArrayValue([.. parts.Select(part => new StringValue(part))]);
    }

    private static ValueTask<FluidValue> Size(FluidValue input, FilterArguments arguments, TemplateContext context) => input switch
    {
        StringValue text => NumberValue.Create(Characters.Count(text.ToStringValue())),
        _ when input.IsNil() => NumberValue.Zero,
        _ => input.GetValueAsync("size", context),
    };

    private static string Replace(string text, string old, string by)
    {
        if (old.Length == 0)
            return text;
        var result = new StringBuilder(text.Length);
        var from = 0;
        foreach (var at in new TextSearch(old).All(text))
        {
            result.Append(text, from, at - from).Append(by);
            from = at + old.Length;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static string ReplaceAt(string text, int at, FilterArguments arguments) =>
        at < 0 ? text : string.Concat(text.AsSpan(0, at), arguments.At(1).ToStringValue(), text.AsSpan(at + arguments.At(0).ToStringValue().Length));

    private static string RemoveAt(string text, int at, FilterArguments arguments) =>
        at < 0 ? text : text.Remove(at, arguments.At(0).ToStringValue().Length);

    private static TextSearch? Search(FilterArguments arguments) => arguments.At(0).ToStringValue() is { Length: > 0 } wanted ? new TextSearch(wanted) : null;

    private static string Ellipsis(FilterArguments arguments) => arguments.At(1).IsNil() ? DefaultEllipsis : arguments.At(1).ToStringValue();

    private static int Number(FluidValue value, int otherwise) => value.IsNil() ? otherwise : Required(value);

    private static int Required(FluidValue value) => value is NumberValue || decimal.TryParse(value.ToStringValue(), NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
        ? (int)decimal.Clamp(decimal.Truncate(value.ToNumberValue()), -int.MaxValue, int.MaxValue)
        : throw new ArgumentException($"'{ErrorList.Shorten(value.ToStringValue(), 50)}' is no whole number");

}
