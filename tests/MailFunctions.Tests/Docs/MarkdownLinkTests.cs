using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Docs;

public sealed class MarkdownLinkTests
{
    public static TheoryData<string> Documents =>
    [
        "CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md",
        .. ((string[])["docs", "src", "tests"]).SelectMany(folder => Repository.Files(folder, "*.md")),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_within_the_repository_leads_somewhere(string document)
    {
        var broken = Markdown.Links(Repository.Text(document)).Where(link => !link.Contains(':', StringComparison.Ordinal) && !LeadsSomewhere(document, link));

        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("# GET docs/{*path}\n", "get-docspath")]
    [InlineData("## A `code`, twice\n## A `code`, twice\n", "a-code-twice", "a-code-twice-1")]
    [InlineData("```\n# a comment\n```\n### [Ours](x.md) & theirs\n", "ours--theirs")]
    public void Anchors_are_those_of_GitHub(string markdown, params string[] anchors) => Assert.Equal(anchors, Markdown.Anchors(markdown));

    [Fact]
    public void Links_in_code_are_none() =>
        Assert.Equal(["a.md#b", "c.md"], Markdown.Links("[x](a.md#b) `[y](d.md)`\n```\n[z](e.md)\n```\n[w](c.md)\n"));

    private static bool LeadsSomewhere(string document, string link)
    {
        var (path, anchor) = link.Split('#') is [var left, var right] ? (left, right) : (link, null);
        var target = path.Length == 0 ? document : Resolve(document, Uri.UnescapeDataString(path));
        return anchor is null
            ? RepositoryFile.Exists(target)
            : target.EndsWith(".md", StringComparison.Ordinal) && RepositoryFile.Exists(target) && Markdown.Anchors(RepositoryFile.Read(target)).Contains(anchor);
    }

    private static string Resolve(string document, string path) =>
        Path.GetRelativePath("/", Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(document)!, path))).Replace('\\', '/');
}
