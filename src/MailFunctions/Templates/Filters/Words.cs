using System.Buffers;

namespace MailFunctions.Templates.Filters;

/// <summary>The words of a text, separated as in Ruby's <c>String#split</c>: by ASCII white space, but not by a no-break space.</summary>
internal static class Words
{
    private static readonly SearchValues<char> Spaces = SearchValues.Create("\t\n\v\f\r ");

    /// <summary>Finds the words one by one: a text of ten million words is not split to read the first.</summary>
    public static IEnumerable<Range> Of(string text)
    {
        for (int end = 0, skipped; (skipped = text.AsSpan(end).IndexOfAnyExcept(Spaces)) >= 0;)
        {
            var start = end + skipped;
            var length = text.AsSpan(start).IndexOfAny(Spaces);
            end = length < 0 ? text.Length : start + length;
            yield return start..end;
        }
    }
}
