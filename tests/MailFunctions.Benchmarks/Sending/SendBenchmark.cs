using MailFunctions.Benchmarks.Comparison;
using MailFunctions.Delivery;
using MailFunctions.TestPeers.Network;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>All contenders send the same mails to the same sink, in alternating rounds, near and far, over few connections and many.</summary>
internal sealed class SendBenchmark(Plan plan)
{
    /// <summary>Before anything is measured, so that every process has compiled what it runs.</summary>
    private const int WarmUp = 2_000;

    private const int MostMails = 20_000;

    private static readonly TimeSpan[] RoundTrips = [TimeSpan.Zero, TimeSpan.FromMilliseconds(10)];

    public async Task<IReadOnlyList<SendCell>> RunAsync(CancellationToken cancellationToken)
    {
        await using var contenders = await Contenders.StartAsync(cancellationToken);
        await using var sink = new SmtpSink();
        foreach (var contender in contenders)
        {
            // Twice: code that ran often is compiled again while it runs, and the second time meets that.
            for (var i = 0; i < 2; i++)
                await RunAsync(contender, sink, new SendJob(sink.Port, plan.IsTrial ? 10 : WarmUp, 4), cancellationToken);
        }

        var cells = new List<SendCell>();
        foreach (var roundTrip in RoundTrips)
        {
            await using var proxy = roundTrip == TimeSpan.Zero ? null : new DelayingProxy(sink.Port, roundTrip);
            var port = proxy?.Port ?? sink.Port;
            var measured = await RoundTripProbe.MeasureAsync(port, cancellationToken);
            foreach (var connections in plan.Connections)
                cells.AddRange(await MeasureAsync(contenders, sink, port, connections, roundTrip, measured, cancellationToken));
        }

        return cells;
    }

    private async Task<IEnumerable<SendCell>> MeasureAsync(
        Contenders contenders, SmtpSink sink, int port, int connections, TimeSpan roundTrip, TimeSpan measured, CancellationToken cancellationToken)
    {
        var runs = contenders.ToDictionary(contender => contender, _ => new List<SendRun>());
        var mails = contenders.ToDictionary(contender => contender, _ => 0);
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                if (mails[contender] == 0)
                    mails[contender] = await FitAsync(contender, sink, port, connections, cancellationToken);
                runs[contender].Add(await RunAsync(contender, sink, new SendJob(port, mails[contender], connections), cancellationToken));
            }
        }

        Console.Error.WriteLine($"send: {roundTrip.TotalMilliseconds} ms, {connections} connections measured");
        return contenders.Select(contender => new SendCell(
            contender.Name, roundTrip.TotalMilliseconds, measured.TotalMilliseconds, connections, mails[contender], runs[contender]));
    }

    /// <summary>
    /// As many mails as take about as long as a round is meant to, whoever sends them; and as many for each connection, in
    /// whole windows, so that none has ended long before the others.
    /// </summary>
    private async Task<int> FitAsync(IContender contender, SmtpSink sink, int port, int connections, CancellationToken cancellationToken)
    {
        var few = (plan.IsTrial ? 2 : ClaimGroup.MaxMails) * connections;
        if (plan.IsTrial)
            return few;
        var run = await RunAsync(contender, sink, new SendJob(port, few, connections), cancellationToken);
        return few * Math.Clamp((int)(plan.SendSeconds / run.Seconds), 1, MostMails / few);
    }

    private static async Task<SendRun> RunAsync(IContender contender, SmtpSink sink, SendJob job, CancellationToken cancellationToken)
    {
        var before = sink.Mails;
        var run = await contender.RunAsync(job, cancellationToken);
        var arrived = sink.Mails - before;
        return arrived == job.Mails
            ? run
            : throw new InvalidOperationException($"{contender.Name} was to send {job.Mails} mails, and {arrived} arrived.");
    }
}

/// <summary>One contender under one set of conditions.</summary>
/// <param name="RoundTripMs">Asked of the proxy; 0: there is none.</param>
/// <param name="MeasuredRoundTripMs">Of a command that the sink answers at once.</param>
/// <param name="Mails">Of each round.</param>
internal sealed record SendCell(
    string Contender, double RoundTripMs, double MeasuredRoundTripMs, int Connections, int Mails, IReadOnlyList<SendRun> Rounds)
{
    public double MailsPerSecond => Mails / Statistic.Median(Rounds.Select(run => run.Seconds));

    /// <summary>Microseconds of processor a mail.</summary>
    public double CpuPerMail => Statistic.Median(Rounds.Select(run => run.CpuSeconds)) / Mails * 1e6;
}
