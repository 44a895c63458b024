namespace MailFunctions.Benchmarks.Comparison;

/// <summary>One part of the comparison: measured into a file of raw data, and told from that file.</summary>
internal interface ISection
{
    /// <summary>Of its file, and of the switch that chooses it.</summary>
    string Name { get; }

    Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken);

    /// <summary>Markdown; empty when it was not measured yet. Writes its plots beside the raw data.</summary>
    string Tell(ReportFolder folder);
}
