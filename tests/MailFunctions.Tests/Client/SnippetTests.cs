using System.Text.RegularExpressions;
using MailFunctions.Tests.Docs;

namespace MailFunctions.Tests.Client;

public sealed partial class SnippetTests
{
    private static readonly string Compiled = Plain(RepositoryFile.Read("tests/MailFunctions.Tests/Client/Snippets.cs"));

    [Theory]
    [InlineData("README.md", 1)]
    [InlineData("src/MailFunctions.Client/README.md", 7)]
    [InlineData("src/MailFunctions.Client.Identity/README.md", 2)]
    public void The_CSharp_of_a_README_compiles(string file, int blocks)
    {
        var found = Block().Matches(RepositoryFile.Read(file)).Select(match => Plain(match.Groups[1].Value)).ToList();

        Assert.Equal(blocks, found.Count);
        Assert.All(found, block => Assert.Contains(block, Compiled, StringComparison.Ordinal));
    }

    /// <summary>Without indentation and empty lines.</summary>
    private static string Plain(string code) =>
        string.Join('\n', code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
