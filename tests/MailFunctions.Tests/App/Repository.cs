using System.Xml.Linq;

namespace MailFunctions.Tests.App;

/// <summary>The files that these tests were built from: what is said of the deployed app is said in them.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static void Write(string path, string text) => File.WriteAllText(Path.Combine(Root, path), text);

    public static XDocument Xml(string path) => XDocument.Parse(Text(path));

    /// <summary>Paths below the root, with forward slashes; without what a build has made.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    private static string FindRoot(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MailFunctions.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException($"No folder above {folder} has MailFunctions.sln.");
    }
}
