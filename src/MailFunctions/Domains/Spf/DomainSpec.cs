using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace MailFunctions.Domains.Spf;

/// <summary>The domain of a term, which may hold macros (RFC 7208 section 7).</summary>
internal sealed partial class DomainSpec
{
    private const int LongestName = 253;
    private const string Letters = "slodiphv";
    private const string LettersOfExplanations = "crt";

    private readonly MatchCollection _pieces;

    private DomainSpec(string text, MatchCollection pieces) => (Text, _pieces) = (text, pieces);

    public string Text { get; }

    /// <summary>True if its value differs between mails.</summary>
    public bool HasMacros => Text.Contains("%{", StringComparison.Ordinal);

    public static bool TryParse(string text, [NotNullWhen(true)] out DomainSpec? spec, [NotNullWhen(false)] out string? fault)
    {
        spec = null;
        fault = text.Length == 0 ? "needs a domain." : FaultOfMacroString(text);
        if (fault is not null)
            return false;
        var pieces = Pieces().Matches(text);
        var last = pieces[^1].Value;
        if (!last.StartsWith('%') && !TopLabel().IsMatch(last))
            fault = Numbers().IsMatch(text) ? "names an address in place of a domain: ip4: takes addresses." : "does not end in a domain such as example.com.";
        else
            spec = new DomainSpec(text, pieces);
        return fault is null;
    }

    /// <returns>Null for text whose macros are written correctly.</returns>
    public static string? FaultOfMacroString(string text)
    {
        if (text.Any(c => c is <= ' ' or > '~'))
            return "has a character that is no visible ASCII.";
        var pieces = Pieces().Matches(text);
        if (pieces.Sum(piece => piece.Length) != text.Length)
            return "has a '%' that begins no macro.";
        foreach (var piece in pieces.Where(piece => piece.Groups["letter"].Success))
        {
            var letter = char.ToLowerInvariant(piece.Groups["letter"].Value[0]);
            if (LettersOfExplanations.Contains(letter, StringComparison.Ordinal))
                return $"has the macro '{letter}', which only explanations may have.";
            if (!Letters.Contains(letter, StringComparison.Ordinal))
                return $"has a macro '{letter}', which there is not.";
            if (piece.Groups["digits"] is { Length: > 0 } digits && digits.Value.All(digit => digit == '0'))
                return "has a macro that keeps 0 labels.";
        }
        return null;
    }

    /// <summary>Returns the name for one mail, without its final dot; what is too long loses labels at its left (section 7.3).</summary>
    public async ValueTask<string> ExpandAsync(MacroValues values)
    {
        var name = new StringBuilder();
        foreach (var piece in _pieces.Cast<Match>())
        {
            name.Append(piece.Value switch
            {
                "%%" => "%",
                "%_" => " ",
                "%-" => "%20",
                _ when piece.Groups["letter"].Success => Transform(piece, await values.OfAsync(char.ToLowerInvariant(piece.Groups["letter"].Value[0]))),
                _ => piece.Value,
            });
        }

        var expanded = name.ToString().TrimEnd('.');
        while (expanded.Length > LongestName && expanded.IndexOf('.', StringComparison.Ordinal) is var dot and > 0)
            expanded = expanded[(dot + 1)..];
        return expanded;
    }

    private static string Transform(Match macro, string value)
    {
        var delimiters = macro.Groups["delimiters"] is { Length: > 0 } given ? given.Value : ".";
        IEnumerable<string> parts = value.Split(delimiters.ToCharArray());
        if (macro.Groups["reverse"].Length > 0)
            parts = parts.Reverse();
        if (macro.Groups["digits"] is { Length: > 0 } digits)
            parts = parts.TakeLast(int.TryParse(digits.Value, out var count) ? count : int.MaxValue);
        var text = string.Join('.', parts);
        return char.IsAsciiLetterUpper(macro.Groups["letter"].Value[0]) ? Uri.EscapeDataString(text) : text;
    }

    [GeneratedRegex(@"%\{(?<letter>[A-Za-z])(?<digits>[0-9]*)(?<reverse>[rR]?)(?<delimiters>[-.+,/_=]*)\}|%[%_-]|[^%]+")]
    private static partial Regex Pieces();

    [GeneratedRegex(@"\.([A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])\.?\z")]
    private static partial Regex TopLabel();

    [GeneratedRegex(@"\A[0-9.]+\z")]
    private static partial Regex Numbers();
}
