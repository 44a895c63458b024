using System.Diagnostics;
using System.Net;
using System.Text;
using MailFunctions.Benchmarks.Comparison;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Benchmarks.Whole;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Network;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Starting;

/// <summary>From the start of the process until the first mail is accepted, and what the process holds when it idles.</summary>
internal sealed class StartSection : ISection
{
    private const string Built = "built";

    private static readonly Dictionary<string, string> Settings = new()
    {
        // As on Azure, where the deployment makes tables and queues; the workbench has made them here.
        ["MailFunctions:Storage:CreateMissing"] = "false",
    };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    public string Name => "start";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        await using var workbench = await Workbench.OpenAsync(cancellationToken);
        await using var sink = new SmtpSink();
        var starts = new List<StartRun>();
        var builds = new List<(string Name, string Folder)> { (Built, AppContext.BaseDirectory) };
        if (plan.Published is { } published)
            builds.Add(("published", Path.GetFullPath(published)));
        // The first does not count: nothing of it is in memory yet.
        for (var i = plan.IsTrial ? 1 : 0; i <= plan.Starts; i++)
        {
            foreach (var (name, from) in builds)
            {
                var start = await StartAsync(name, workbench.Options(sink.Port, Settings) with { Assembly = Path.Combine(from, "MailFunctions.LocalHost.dll") }, plan.IsTrial ? TimeSpan.Zero : Idle, cancellationToken);
                if (i > 0)
                    starts.Add(start);
            }
        }

        folder.Save(Name, Measured<IReadOnlyList<StartRun>>.Now(plan, load, starts));
    }

    public string Tell(ReportFolder folder)
    {
        if (folder.Load<Measured<IReadOnlyList<StartRun>>>(Name) is not { } measured)
            return "";

        var table = new Table("", "", "median", "least", "most");
        foreach (var build in measured.Data.GroupBy(start => start.Build))
        {
            Add(build, "process start to the first 202, ms", start => start.FirstAcceptedMs);
            Add(build, "CPU until then, ms", start => start.CpuMs);
            Add(build, $"memory after {Idle.TotalSeconds} s of idling, MiB", start => start.IdleMemory / 1048576.0);
        }

        return $"""
            ### Start

            {measured.Circumstances} {measured.Data.Count(start => start.Build == Built)} starts of the local host, one after the other, on a storage that has its tables and is not asked for them: as `dotnet build -c Release` made it, and published for this system with ReadyToRun where a row says so.

            {table.ToString().TrimEnd()}
            """;

        void Add(IGrouping<string, StartRun> build, string what, Func<StartRun, double> value)
        {
            var values = build.Select(value).ToList();
            table.Row(build.Key, what, Figure.Whole(Statistic.Median(values)), Figure.Whole(values.Min()), Figure.Whole(values.Max()));
        }
    }

    private static async Task<StartRun> StartAsync(string build, AppProcessOptions options, TimeSpan idle, CancellationToken cancellationToken)
    {
        var port = LoopbackPorts.Take();
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var began = TimeProvider.System.GetTimestamp();
        await using var app = AppProcess.Launch(options with { Port = port });
        using var process = Process.GetProcessById(app.Id);
        while (!await TryPostAsync(client, cancellationToken))
        {
            if (app.Exited.IsCompleted || TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new InvalidOperationException("It did not start: " + string.Join('\n', app.Output.TakeLast(20)));
            await Task.Delay(AskAgain, TimeProvider.System, cancellationToken);
        }

        var (took, cpu) = (TimeProvider.System.GetElapsedTime(began), process.Cpu());
        await Task.Delay(idle, TimeProvider.System, cancellationToken);
        return new StartRun(build, took.TotalMilliseconds, cpu.TotalMilliseconds, process.Memory());
    }

    private static async Task<bool> TryPostAsync(HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(SampleMail.ToJson(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("api/emails", UriKind.Relative), content, cancellationToken);
            return answer.StatusCode == HttpStatusCode.Accepted;
        }
        catch (HttpRequestException)
        {
            // Nothing listens yet.
            return false;
        }
    }
}

/// <param name="CpuMs">Of the process, until the first mail was accepted.</param>
/// <param name="IdleMemory">Bytes in physical memory, some seconds later.</param>
internal sealed record StartRun(string Build, double FirstAcceptedMs, double CpuMs, long IdleMemory);
