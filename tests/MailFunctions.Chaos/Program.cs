using MailFunctions.Chaos;

// Ctrl-C ends it, and with it the processes that it started.
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    var switches = Switches.Parse(args);
    if (switches is null)
    {
        Console.WriteLine(Switches.HelpText);
        return 0;
    }

    var report = await ChaosRun.RunAsync(switches.Plan, Console.WriteLine, stop.Token);
    Console.WriteLine();
    Console.WriteLine(report.ToMarkdown());
    if (switches.ReportFile is { } file)
        await ReportFile.ReplaceAsync(file, report, args, CancellationToken.None);
    return report.Broken.Count == 0 ? 0 : 1;
}
catch (Exception exception) when (exception is ArgumentException or TimeoutException or OperationCanceledException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
