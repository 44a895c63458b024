using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>The goals of the send stage beside what was measured in the same run.</summary>
internal static class SendGoals
{
    private static readonly int[] Near = [1, 4, 16];

    public static string Tell(IReadOnlyList<SendCell> cells)
    {
        var table = new Table("goal", "connections", "measured", "");
        foreach (var connections in Near)
        {
            Compare(connections, "mails/s at 0 ms at least 2 times nodemailer's", Contenders.Nodemailer, cell => cell.MailsPerSecond, least: 2);
            Compare(connections, "CPU a mail at most half of nodemailer's", Contenders.Nodemailer, cell => cell.CpuPerMail, most: 0.5);
            Compare(connections, "mails/s at 0 ms at least 0.9 of MailKit's, pooled", Contenders.MailKitPooled, cell => cell.MailsPerSecond, least: 0.9);
        }

        var (ours, theirs) = (BestFar(Contenders.Ours), BestFar(Contenders.Nodemailer));
        if (ours is not null && theirs is not null)
        {
            var ratio = ours.MailsPerSecond / theirs.MailsPerSecond;
            table.Row("mails/s at 10 ms at least nodemailer's, each with the number of connections that is best for it, up to 64", $"{ours.Connections} and {theirs.Connections}", Figure.Ratio(ratio), Figure.Verdict(ratio >= 1));
        }

        return table.ToString().TrimEnd();

        SendCell? Find(string contender, double roundTrip, int connections) =>
            cells.FirstOrDefault(cell => cell.Contender == contender && cell.RoundTripMs == roundTrip && cell.Connections == connections);

        SendCell? BestFar(string contender) =>
            cells.Where(cell => cell.Contender == contender && cell.RoundTripMs > 0).MaxBy(cell => cell.MailsPerSecond);

        void Compare(int connections, string goal, string other, Func<SendCell, double> value, double least = 0, double most = double.MaxValue)
        {
            if (Find(Contenders.Ours, 0, connections) is not { } mine || Find(other, 0, connections) is not { } its)
                return;
            var ratio = value(mine) / value(its);
            table.Row(goal, $"{connections}", Figure.Ratio(ratio), Figure.Verdict(ratio >= least && ratio <= most));
        }
    }
}
