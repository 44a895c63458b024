using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace MailFunctions.Benchmarks.Micro;

/// <summary>The command <c>micro</c>.</summary>
internal static class MicroCommand
{
    private static readonly Option<bool> Trial = new("--trial") { Description = "Each once: shows that they run, and measures nothing." };

    private static readonly Option<string> Filter = new("--filter") { DefaultValueFactory = _ => "*", Description = "Which, such as *Compose*." };

    public static Command Create()
    {
        var command = new Command("micro", "What each pure stage of a mail costs: time and allocations, by BenchmarkDotNet. About half a minute.") { Trial, Filter };
        command.SetAction(parsed => Run(parsed.GetValue(Trial), parsed.GetValue(Filter)!));
        return command;
    }

    private static int Run(bool isTrial, string filter)
    {
        // In this process: nothing is built on the side, and nothing is left behind.
        var job = (isTrial ? Job.Dry : Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(250))).WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics)
            .AddExporter(MarkdownExporter.GitHub)
            .AddLogger(ConsoleLogger.Default)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithOptions(isTrial ? ConfigOptions.DisableOptimizationsValidator : ConfigOptions.Default)
            .WithArtifactsPath(Path.Combine("artifacts", "micro"));
        var summaries = BenchmarkSwitcher.FromTypes([typeof(PureStages)]).Run(["--filter", filter], config);
        return summaries.Any() && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }
}
