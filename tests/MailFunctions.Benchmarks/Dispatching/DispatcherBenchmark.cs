using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;

namespace MailFunctions.Benchmarks.Dispatching;

/// <summary>
/// Puts mail into the schedule that is due in one minute, lets the app dispatch it at its own times, kills the app when
/// half is done, starts it again, and then reads from the queues when each mail was put there. The promise is five minutes
/// from the begin of the minute.
/// </summary>
internal sealed class DispatcherBenchmark(int mails, int acceptedOver, bool sameMoment, bool isKilled, bool atOnce)
{
    private static readonly TimeSpan Promise = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>What one mail takes to be prepared, at the least that is expected of an emulator.</summary>
    private static readonly TimeSpan Preparation = TimeSpan.FromMilliseconds(2);

    /// <summary>From the start of the app to the minute: it begins 90 s before.</summary>
    private static readonly TimeSpan StartBefore = TimeSpan.FromSeconds(120);

    /// <summary>No port of a relay: nothing is delivered, so that the queues keep what is put.</summary>
    private const int NoRelay = 9;

    /// <summary>Only the dispatcher runs, as on Azure, where it has an instance of its own.</summary>
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["AzureWebJobs:DeliverTransactional:Disabled"] = "true",
        ["AzureWebJobs:DeliverBulk:Disabled"] = "true",
        ["AzureWebJobs:CompileStatistics:Disabled"] = "true",
    };

    /// <returns>The exit code: 1 when a mail was lost.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var workbench = await Workbench.OpenAsync(cancellationToken);
        var lead = atOnce ? -TimeSpan.FromMinutes(2) : StartBefore + (mails * Preparation) + TimeSpan.FromMinutes(1);
        var minute = MinutePartition.MinuteOf(TimeProvider.System.GetUtcNow() + lead);
        var due = await DueMails.InsertAsync(workbench.Storage, mails, minute, acceptedOver, sameMoment, cancellationToken);
        if (!atOnce && TimeProvider.System.GetUtcNow() > minute - StartBefore)
            throw new TimeoutException("This machine was too slow to prepare the mail before it was due.");
        await UntilAsync(minute - StartBefore, cancellationToken);

        var outage = isKilled ? await RunKilledAsync(workbench, due, cancellationToken) : await RunAsync(workbench, due, cancellationToken);
        await UntilAsync(minute + TimeSpan.FromMinutes(1.1), cancellationToken);
        var queued = await QueuedMails.ReadAsync(workbench.Storage, cancellationToken);
        return Report(minute, due, queued, outage);
    }

    /// <returns>From the kill until the app was ready again.</returns>
    private static async Task<TimeSpan> RunKilledAsync(Workbench workbench, DueMails due, CancellationToken cancellationToken)
    {
        long killed;
        await using (var app = await workbench.LaunchAsync(NoRelay, Settings, cancellationToken))
        {
            while (await due.DoneAsync(cancellationToken) < 0.5)
                await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
            await app.KillAsync();
            killed = TimeProvider.System.GetTimestamp();
            if (await due.IsScheduleEmptyAsync(cancellationToken))
                throw new InvalidOperationException("All was dispatched before the kill: take more mails.");
        }

        await using var next = await workbench.LaunchAsync(NoRelay, Settings, cancellationToken);
        var outage = TimeProvider.System.GetElapsedTime(killed);
        await UntilDispatchedAsync(next, due, cancellationToken);
        return outage;
    }

    private async Task<TimeSpan> RunAsync(Workbench workbench, DueMails due, CancellationToken cancellationToken)
    {
        await using var app = await workbench.LaunchAsync(NoRelay, Settings, cancellationToken);
        using var client = new HttpClient { BaseAddress = app.Url };
        if (atOnce)
            (await client.PostAsync(new Uri("admin/functions/Dispatch", UriKind.Relative), null, cancellationToken)).EnsureSuccessStatusCode();
        await UntilDispatchedAsync(app, due, cancellationToken);
        return TimeSpan.Zero;
    }

    private static async Task UntilDispatchedAsync(AppProcess app, DueMails due, CancellationToken cancellationToken)
    {
        while (!await due.IsScheduleEmptyAsync(cancellationToken))
        {
            if (app.Exited.IsCompleted)
                throw new InvalidOperationException("The app ended: " + string.Join('\n', app.Output.TakeLast(20)));
            await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task UntilAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        if (moment - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } wait)
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
    }

    private int Report(DateTimeOffset minute, DueMails due, QueuedMails queued, TimeSpan outage)
    {
        var lost = due.Due.Keys.Count(id => !queued.QueuedAt.ContainsKey(id));
        var late = due.Due.Count(mail => queued.QueuedAt.TryGetValue(mail.Key, out var at) && at > mail.Value);
        var first = queued.QueuedAt.Values.Min();
        var last = queued.QueuedAt.Values.Max();
        // Of whole seconds, as storage tells them; the last one counts.
        var took = last - first + TimeSpan.FromSeconds(1);
        var holds = lost == 0 && last - minute <= Promise;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Machine.Describe()}

            | {mails} mails due in one minute | {(sameMoment ? "at one moment" : "spread over it")}, accepted over {acceptedOver} min |
            |---|---|
            | first queued | {(first - minute).TotalSeconds:+0;-0;0} s from the minute's begin |
            | last queued | {(last - minute).TotalSeconds:+0;-0;0} s |
            | from first to last | {took.TotalSeconds:0} s, {mails / took.TotalSeconds:0} mails a second |
            | killed half-way | {(isKilled ? $"yes; ready again after {outage.TotalSeconds:0.0} s" : "no")} |
            | queued after their due time | {late} mails |
            | queue messages | {queued.Messages}, {(double)queued.Named / queued.Messages:0.0} mails each |
            | queued twice | {queued.Named - queued.QueuedAt.Count} mails |
            | lost | {lost} |

            {(atOnce ? "A trial: its times mean nothing." : $"Within {Promise.TotalMinutes:0} minutes: {(holds ? "yes" : "no")}.")}
            """));
        return lost == 0 ? 0 : 1;
    }
}
