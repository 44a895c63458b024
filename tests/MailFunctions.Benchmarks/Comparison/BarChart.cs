using System.Globalization;
using System.Net;
using System.Text;

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>Bars in groups, as an SVG that needs no script and no font of its own.</summary>
/// <param name="Groups">Each with its bars, from top to bottom, in the same order of series.</param>
internal sealed record BarChart(string Title, IReadOnlyList<(string Label, IReadOnlyList<(string Series, double Value)> Bars)> Groups)
{
    private const int Width = 760;
    private const int Left = 220;
    private const int Bar = 18;
    private const int GroupGap = 30;
    private const int Top = 40;

    private static readonly string[] Colours = ["#0b6e4f", "#c84c09", "#5b7db1", "#8d6a9f", "#8c8c8c", "#b59f3b"];

    public string ToSvg()
    {
        var height = Top + Groups.Sum(group => (group.Bars.Count * Bar) + GroupGap) + 10;
        var most = Math.Max(double.Epsilon, Groups.SelectMany(group => group.Bars).Max(bar => bar.Value));
        var series = Groups.SelectMany(group => group.Bars).Select(bar => bar.Series).Distinct().ToList();
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" font-family="sans-serif" font-size="12">
              <title>{Text(Title)}</title>
              <rect width="{Width}" height="{height}" fill="#ffffff"/>
              <text x="10" y="22" font-size="15" fill="#222222">{Text(Title)}</text>

            """);
        var y = Top;
        foreach (var (label, bars) in Groups)
        {
            svg.Append(CultureInfo.InvariantCulture, $"  <text x=\"10\" y=\"{y + 12}\" font-weight=\"bold\" fill=\"#222222\">{Text(label)}</text>\n");
            y += Bar;
            foreach (var (name, value) in bars)
            {
                var length = (Width - Left - 90) * value / most;
                svg.Append(CultureInfo.InvariantCulture, $"""
                      <text x="{Left - 8}" y="{y + 12}" text-anchor="end" fill="#222222">{Text(name)}</text>
                      <rect x="{Left}" y="{y + 2}" width="{length:0.0}" height="{Bar - 4}" fill="{Colours[series.IndexOf(name) % Colours.Length]}"/>
                      <text x="{Left + length + 6:0.0}" y="{y + 12}" fill="#222222">{Figure.Whole(value)}</text>

                    """);
                y += Bar;
            }

            y += GroupGap - Bar;
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
