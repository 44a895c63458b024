namespace MailFunctions.Benchmarks.Comparison;

/// <summary>Raw data with what it was measured on.</summary>
/// <param name="Load">The load average of the last minute when it began; null where the system tells none.</param>
internal sealed record Measured<T>(string Machine, double? Load, T Data)
{
    public static Measured<T> Now(double? load, T data) => new(Benchmarks.Machine.Describe(), load, data);
}

internal static class Statistic
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
