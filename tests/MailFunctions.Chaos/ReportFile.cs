namespace MailFunctions.Chaos;

/// <summary>The file that keeps the last report, below the text of the same page.</summary>
internal static class ReportFile
{
    private const string Heading = "## Last report\n";

    /// <exception cref="ArgumentException">The file has no place for it.</exception>
    public static async Task ReplaceAsync(string file, ChaosReport report, IEnumerable<string> args, CancellationToken cancellationToken)
    {
        var text = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : Heading;
        var at = text.IndexOf(Heading, StringComparison.Ordinal);
        if (at < 0)
            throw new ArgumentException($"{file} has no line '{Heading.Trim()}'.");
        await File.WriteAllTextAsync(
            file, $"{text[..at]}{Heading}\nBy `dotnet run -c Release --project tests/MailFunctions.Chaos -- {string.Join(' ', args)}`:\n\n{report.ToMarkdown()}", cancellationToken);
    }
}
