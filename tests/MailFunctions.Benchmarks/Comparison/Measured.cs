using System.Globalization;

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>Raw data with what it was measured on.</summary>
/// <param name="Plan">The switch of the command that says how much was measured.</param>
/// <param name="Load">The load average of the last minute when it began; null where the system tells none.</param>
internal sealed record Measured<T>(string Plan, string Machine, double? Load, T Data)
{
    /// <summary>One line for above a table.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Circumstances => $"{Machine}{(Load is { } load ? string.Create(CultureInfo.InvariantCulture, $", load average {load:0.0} before it began") : "")}. {Plan}";

    public static Measured<T> Now(Plan plan, double? load, T data) => new(plan.About, Benchmarks.Machine.Describe(), load, data);
}

internal static class Statistic
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
