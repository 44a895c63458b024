namespace MailFunctions.Tests.Docs;

/// <summary>Text files of the repository that the tests were built from.</summary>
internal static class RepositoryFile
{
    private static readonly string Root = FindRoot();

    /// <param name="path">From the root, with slashes.</param>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    /// <param name="path">From the root, with slashes.</param>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>A file or a folder.</summary>
    /// <param name="path">From the root, with slashes.</param>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    public static IEnumerable<string> All(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories).Select(File.ReadAllText);

    /// <summary>The rows of the tables under one heading, each as its cells, trimmed; heads and rulers left out.</summary>
    public static IReadOnlyList<string[]> TableRows(string markdown, string heading)
    {
        var lines = markdown.Split('\n');
        var start = Array.FindIndex(lines, line => line.TrimStart('#').Trim() == heading && line.StartsWith('#'));
        Assert.True(start >= 0, $"There is no heading '{heading}'.");
        var section = lines.Skip(start + 1).TakeWhile(line => !line.StartsWith('#')).ToList();
        return
        [
            .. section
                .Where((line, i) => line.StartsWith('|') && !IsRuler(line) && !(i + 1 < section.Count && IsRuler(section[i + 1])))
                .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
        ];
    }

    private static bool IsRuler(string line) => line.StartsWith("|---", StringComparison.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MailFunctions.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
