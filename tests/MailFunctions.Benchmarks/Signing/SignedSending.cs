using MailFunctions.Benchmarks.Comparison;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.TestPeers.Network;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Signing;

/// <summary>Two processes send the same mails to the same sink, one of them signed, in alternating rounds.</summary>
internal sealed class SignedSending(int rounds, int mails, int connections, TimeSpan roundTrip)
{
    private const int WarmUp = 400;

    public async Task RunAsync(Table table, CancellationToken cancellationToken)
    {
        await using var plain = Contenders.Sender("without signatures", SenderCommand.Pipeline);
        await using var signing = Contenders.Sender("with signatures", SenderCommand.SignedPipeline);
        await using var sink = new SmtpSink();
        await using var proxy = new DelayingProxy(sink.Port, roundTrip);
        foreach (var contender in (ProcessContender[])[plain, signing, plain, signing])
            await contender.RunAsync(new SendJob(sink.Port, WarmUp, 4), cancellationToken);

        var runs = new List<(SendRun Plain, SendRun Signed)>();
        for (var round = 0; round < rounds; round++)
        {
            var job = new SendJob(proxy.Port, mails, connections);
            runs.Add((await plain.RunAsync(job, cancellationToken), await signing.RunAsync(job, cancellationToken)));
        }

        var (before, after) = (mails / Statistic.Median(runs.Select(run => run.Plain.Seconds)), mails / Statistic.Median(runs.Select(run => run.Signed.Seconds)));
        var ratio = Statistic.Median(runs.Select(run => run.Plain.Seconds / run.Signed.Seconds));
        table.Row(
            FormattableString.Invariant($"send stage, {roundTrip.TotalMilliseconds:0} ms round trip, {connections} connections, mails/s"),
            Figure.Whole(before),
            Figure.Whole(after),
            Figure.Ratio(ratio),
            $"at least 0.9: {Figure.Verdict(ratio >= 0.9)}");
        table.Row(
            "the same, µs CPU a mail",
            Figure.Whole(Statistic.Median(runs.Select(run => run.Plain.CpuSeconds)) / mails * 1e6),
            Figure.Whole(Statistic.Median(runs.Select(run => run.Signed.CpuSeconds)) / mails * 1e6),
            Figure.Ratio(Statistic.Median(runs.Select(run => run.Signed.CpuSeconds / run.Plain.CpuSeconds))),
            "");
    }
}
