using System.Text.Json;

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>
/// Where a comparison is kept: <c>performance.md</c>, whose part between two marks is written anew each time, and beside it
/// the folder <c>performance</c> with raw data and plots.
/// </summary>
internal sealed class ReportFolder(string path)
{
    private const string Begin = "<!-- compare: begin; written by the command, changes here are lost -->";
    private const string End = "<!-- compare: end -->";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private string Data => Path.Combine(path, "performance");

    public void Save<T>(string name, T data) => SaveText($"{name}.json", JsonSerializer.Serialize(data, Json) + "\n");

    /// <returns>Null when it was never measured.</returns>
    public T? Load<T>(string name)
        where T : class
    {
        var file = Path.Combine(Data, $"{name}.json");
        return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json) : null;
    }

    public void SaveText(string name, string text)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, name), text);
    }

    /// <summary>Puts the text between the marks; at the end when there are none yet.</summary>
    public void Write(string text)
    {
        Directory.CreateDirectory(path);
        var file = Path.Combine(path, "performance.md");
        var document = File.Exists(file) ? File.ReadAllText(file) : "# Performance\n\n";
        var (begin, end) = (document.IndexOf(Begin, StringComparison.Ordinal), document.IndexOf(End, StringComparison.Ordinal));
        var (before, after) = begin >= 0 && end > begin ? (document[..begin], document[(end + End.Length)..]) : ($"{document.TrimEnd()}\n\n", "\n");
        File.WriteAllText(file, $"{before}{Begin}\n\n{text.Trim()}\n\n{End}{after}");
    }
}
