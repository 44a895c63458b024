using System.Text.RegularExpressions;

namespace MailFunctions.Tests.Docs;

/// <summary>What of Markdown, as GitHub shows it, links are about.</summary>
internal static partial class Markdown
{
    /// <summary>Targets of the links, but for those in code.</summary>
    public static IEnumerable<string> Links(string markdown) =>
        Link().Matches(Code().Replace(Fence().Replace(markdown, ""), "")).Select(match => match.Groups[1].Value);

    /// <summary>What can stand behind a # to lead to a heading. A heading that was there before gets a number.</summary>
    public static IEnumerable<string> Anchors(string markdown)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var heading in Heading().Matches(Fence().Replace(markdown, "")).Select(match => match.Groups[1].Value))
        {
            var anchor = Dropped().Replace(LinkInHeading().Replace(heading, "$1").Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var before = seen.GetValueOrDefault(anchor);
            seen[anchor] = before + 1;
            yield return before == 0 ? anchor : $"{anchor}-{before}";
        }
    }

    [GeneratedRegex(@"^( *)(```+|~~~+)[^\n]*\n.*?^\1\2 *$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(<?([^)>\s]+)>?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#{1,6} +(.+?) *$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkInHeading();

    /// <summary>All but letters, digits, spaces, hyphens and underscores.</summary>
    [GeneratedRegex(@"[^\p{L}\p{M}\p{N} _-]")]
    private static partial Regex Dropped();
}
