using System.Globalization;

namespace MailFunctions.Dns;

/// <summary>Names as they are asked for.</summary>
internal static class QueryName
{
    private const int LongestLabel = 63;
    private const int LongestName = 253;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = false, AllowUnassigned = true };

    /// <summary>
    /// Returns the name in A-labels with its final dot, or null where no such name can exist (RFC 1035 section 2.3.4).
    /// </summary>
    public static string? Of(string name)
    {
        var text = name.EndsWith('.') ? name[..^1] : name;
        if (!System.Text.Ascii.IsValid(text) && AsciiOf(text) is { } ascii)
            text = ascii;
        if (text.Length is 0 or > LongestName || !text.All(c => c is >= ' ' and <= '~' and not '\\'))
            return null;
        return text.Split('.').All(label => label.Length is > 0 and <= LongestLabel) ? text + "." : null;
    }

    private static string? AsciiOf(string text)
    {
        try
        {
            return Idn.GetAscii(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
