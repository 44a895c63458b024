using System.Text.RegularExpressions;
using MailFunctions.Tests.App;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MailFunctions.Tests.Docs;

/// <summary>The language of the code: a summary is a sentence with a verb or a noun phrase, and names who acts.</summary>
public sealed partial class ProseTests
{
    [Fact]
    public void No_summary_begins_with_a_preposition_or_a_relative()
    {
        var beginning = Sources().SelectMany(source => Summary().Matches(source.Text).Select(summary => (source.File, Text: Plain(summary.Groups[1].Value))))
            .Where(summary => Beginning().IsMatch(summary.Text));

        Assert.Empty(beginning.Select(summary => $"{summary.File}: {summary.Text}"));
    }

    [Fact]
    public void No_comment_and_no_log_text_has_a_word_that_hides_who_acts()
    {
        var hiding =
            from source in Sources()
            from line in source.Text.Split('\n').Index()
            where Comment().Match(line.Item) is { Success: true } comment && Hidden().IsMatch(comment.Value)
                || LogText().Match(line.Item) is { Success: true } text && Hidden().IsMatch(text.Value)
            select $"{source.File}:{line.Index + 1}: {line.Item.Trim()}";

        Assert.Empty(hiding);
    }

    [Fact]
    public void The_name_of_a_test_has_at_most_fifteen_words()
    {
        var names = Repository.Files("tests", "*.cs")
            .SelectMany(file => CSharpSyntaxTree.ParseText(Repository.Text(file)).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory"))
            .Select(method => method.Identifier.ValueText)
            .ToList();

        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => name.Split('_', StringSplitOptions.RemoveEmptyEntries).Length > 15);
    }

    private static IEnumerable<(string File, string Text)> Sources() => Repository.Files("src", "*.cs").Select(file => (file, Repository.Text(file)));

    private static string Plain(string summary) => string.Join(' ', summary.Split('\n').Select(line => line.Trim().TrimStart('/').Trim())).Trim();

    [GeneratedRegex(@"/// <summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"^(Of|Until|As|Which|From|Whoever|Whatever|Where|When|By|For|In|On|At|To|With|Without|Between|Because|Since|While|Before|After|Beyond|Among|Under|Over|Within|Despite|Whether|What|Who|How|Be|But|Than|Upon|Through)\b")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\b(nobody|somebody|whoever|everybody|left alone|put off|is over|are over|awaits a person|by call|mends?|mended|but for|be it)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"(^\s*///|(?<![:""])//).*")]
    private static partial Regex Comment();

    /// <summary>The text of a log line, in the attribute that declares it.</summary>
    [GeneratedRegex(@"LogLevel\.\w+, "".*""\)\]")]
    private static partial Regex LogText();
}
