using System.Globalization;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>Three rounds of one run.</summary>
/// <param name="Waiting">Bulk mails that the relay had not seen when the round under load began.</param>
/// <param name="Left">The same when it ended.</param>
/// <param name="BulkPerSecond">Mails that were sent meanwhile.</param>
internal sealed record LanesResult(Round Before, Round Loaded, Round After, int Waiting, int Left, double BulkPerSecond)
{
    public const double Promise = 1.5;

    public Round Idle => Round.OfAll(Before, After);

    /// <summary>Of the medians from POST to relay.</summary>
    public double Ratio => Loaded.Sent.Median / Idle.Sent.Median;

    public string Verdict => Left == 0 ? "not known, since no bulk mail was left at the end: take more" : Ratio <= Promise ? "yes" : "no";

    /// <summary>As a table in Markdown.</summary>
    public string Tell() => Invariant($"""
        | {Loaded.Sent.Values.Count} transactional mails | to 202, p50 | p95 | p99 | to the relay, p50 | p95 | p99 |
        |---|---|---|---|---|---|---|
        | idle | {Milliseconds(Before)} |
        | bulk being sent | {Milliseconds(Loaded)} |
        | idle again | {Milliseconds(After)} |
        | under load / idle | {Ratios(Idle.Accepted, Loaded.Accepted)} | {Ratios(Idle.Sent, Loaded.Sent)} |

        Bulk mails waiting: {Waiting} at the begin, {Left} at the end; {BulkPerSecond:0} a second were sent meanwhile. At most {Promise} times the idle median: {Verdict} ({Ratio:0.00}).
        """);

    private static string Milliseconds(Round round) => $"{Milliseconds(round.Accepted)} | {Milliseconds(round.Sent)}";

    private static string Milliseconds(Figures figures) => Invariant(
        $"{figures.Percentile(50).TotalMilliseconds:0} ms | {figures.Percentile(95).TotalMilliseconds:0} ms | {figures.Percentile(99).TotalMilliseconds:0} ms");

    private static string Ratios(Figures idle, Figures loaded) => Invariant(
        $"{loaded.Percentile(50) / idle.Percentile(50):0.00} | {loaded.Percentile(95) / idle.Percentile(95):0.00} | {loaded.Percentile(99) / idle.Percentile(99):0.00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
