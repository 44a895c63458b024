using System.Globalization;
using System.Text;

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>A table in Markdown.</summary>
internal sealed class Table(params IReadOnlyList<string> heads)
{
    private readonly StringBuilder _text = new($"| {string.Join(" | ", heads)} |\n|{string.Concat(heads.Select(_ => "---|"))}\n");

    public Table Row(params IEnumerable<string> cells)
    {
        _text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells)} |\n");
        return this;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>Figures as people read them, the same in every culture.</summary>
internal static class Figure
{
    public static string Whole(double value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A goal beside what came of it.</summary>
    public static string Verdict(bool isKept) => isKept ? "kept" : "**missed**";
}
