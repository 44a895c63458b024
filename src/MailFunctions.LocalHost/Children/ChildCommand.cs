namespace MailFunctions.LocalHost.Children;

/// <summary>The command that starts a child.</summary>
/// <param name="Name">The name of its files in <paramref name="RunFolder"/>.</param>
/// <param name="Script">The file that Node runs.</param>
/// <param name="RunFolder">Holds its log, its state and the request to stop.</param>
/// <param name="EndsWithParent">The child ends by itself when this process is gone. Otherwise it outlives a killed run, and the next run finds it.</param>
internal sealed record ChildCommand(string Name, string Script, IReadOnlyList<string> Arguments, string RunFolder, bool EndsWithParent)
{
    /// <summary>Variables in addition to those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = AllowedPages.None.Environment;

    /// <summary>The beginning of a sentence about the child.</summary>
    public string Title { get; init; } = Name;

    public string LogFile => Path.Combine(RunFolder, $"{Name}.log");

    public string StateFile => Path.Combine(RunFolder, $"{Name}.json");

    public string StopFile(int processId) => Path.Combine(RunFolder, $"{Name}-{processId}.stop");
}
