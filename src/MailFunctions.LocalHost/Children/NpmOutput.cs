namespace MailFunctions.LocalHost.Children;

/// <summary>The output of npm during an installation: counted for the progress shown, and kept in case it fails.</summary>
/// <remarks>Two readers (standard output and error) write to it at the same time.</remarks>
internal sealed class NpmOutput(string logFile)
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public int Packages { get; private set; }

    /// <summary>The most informative line: the error with its reason when there is one, otherwise the last.</summary>
    public string Last
    {
        get
        {
            lock (_gate)
            {
                var telling = _lines.Where(line => !line.StartsWith("npm http", StringComparison.Ordinal) && !line.Contains("debug-0.log", StringComparison.Ordinal)
                    && !line.Contains("A complete log of this run", StringComparison.Ordinal)).ToList();
                var errors = telling.Where(line => line.StartsWith("npm error", StringComparison.Ordinal)).ToList();
                return errors.Find(line => line.Contains("reason:", StringComparison.Ordinal) || line.Contains("Error:", StringComparison.Ordinal)) ?? errors.LastOrDefault() ?? telling.LastOrDefault() ?? "it said nothing";
            }
        }
    }

    public async Task CopyAsync(TextReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
                Add(line);
        }
    }

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        string[] lines;
        lock (_gate)
            lines = [.. _lines];
        await File.WriteAllLinesAsync(logFile, lines, cancellationToken);
    }

    private void Add(string line)
    {
        lock (_gate)
        {
            _lines.Add(line);
            if (line.Contains(".tgz", StringComparison.Ordinal))
                Packages++;
        }
    }
}
