using System.CommandLine;
using MailFunctions.Benchmarks.Inline;
using MailFunctions.Benchmarks.Lanes;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Benchmarks.Starting;
using MailFunctions.Benchmarks.Whole;

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>The command <c>compare</c>.</summary>
internal static class CompareCommand
{
    private static readonly ISection[] Sections = [new SendSection(), new WholeSection(), new GrowthSection(), new LatencySection(), new InlineSection(), new StartSection()];

    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer mails and rounds: minutes, and good for a first look only." };

    private static readonly Option<bool> Trial = new("--trial") { Description = "As few as possible: shows that every part runs, and measures nothing." };

    private static readonly Option<bool> Large = new("--large") { Description = "Growth up to 100,000 mails." };

    private static readonly Option<string[]> Only = new("--only") { AllowMultipleArgumentsPerToken = true, Description = $"Measures these parts alone, of {string.Join(", ", Sections.Select(section => section.Name))}; the others are told as they were measured last." };

    private static readonly Option<bool> Tell = new("--tell") { Description = "Measures nothing: writes tables and plots anew from the raw data that is there." };

    private static readonly Option<string?> Published = new("--published") { Description = "A folder that 'dotnet publish' of the local host made: its start is measured, too." };

    private static readonly Option<string> Into = new("--into") { DefaultValueFactory = _ => "docs", Description = "The folder of performance.md, which gets the tables; plots and raw data go into its folder 'performance'." };

    public static Command Create()
    {
        var command = new Command("compare", "MailFunctions beside what one would take instead: the send stage, the whole way, growth, latency, waiting for the outcome, start.") { Quick, Trial, Large, Only, Published, Tell, Into };
        Only.AcceptOnlyFromAmong([.. Sections.Select(section => section.Name)]);
        command.SetAction((parsed, cancellationToken) =>
        {
            var plan = parsed.GetValue(Trial) ? Plan.Trial : parsed.GetValue(Quick) ? Plan.Quick : Plan.Full;
            if (parsed.GetValue(Large))
                plan = plan with { GrowthMails = [.. plan.GrowthMails, 100_000] };
            plan = plan with { Published = parsed.GetValue(Published) };
            var chosen = Sections.Where(section => !parsed.GetValue(Tell) && (parsed.GetValue(Only) is not { Length: > 0 } only || only.Contains(section.Name)));
            return RunAsync(plan, new ReportFolder(parsed.GetValue(Into)!), chosen, cancellationToken);
        });
        return command;
    }

    private static async Task RunAsync(Plan plan, ReportFolder folder, IEnumerable<ISection> chosen, CancellationToken cancellationToken)
    {
        foreach (var section in chosen)
        {
            await section.MeasureAsync(plan, folder, cancellationToken);
            var told = section.Tell(folder);
            Console.WriteLine($"{told}\n");
        }

        folder.Write(string.Join("\n\n", Sections.Select(section => section.Tell(folder)).Where(text => text.Length > 0)));
    }
}
