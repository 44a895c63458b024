using System.Text;
using System.Text.Json;
using CsCheck;
using MailFunctions.Templates;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Templates;

/// <summary>
/// Templates, and what Shopify's own Liquid makes of each: <c>Reference/liquid.json</c>, which <c>Reference/liquid.rb</c>
/// wrote with Debian's package ruby-liquid. Ours makes the same of them, but for the cases that docs/api.md explains.
/// </summary>
public sealed class ReferenceLiquidTests
{
    private const string Source = "tests/MailFunctions.Tests/Templates/Reference/liquid.json";

    /// <summary>The templates of which ours makes something else, and what.</summary>
    private static readonly Dictionary<string, string> Different = new(StringComparer.Ordinal)
    {
        // Scripts and styles are left out however their tags are written.
        ["{{ \"x<SCRIPT>y</SCRIPT>z\" | strip_html }}"] = "xz",
        ["{{ style | strip_html }}"] = "bd",
        // A text has a first and a last character.
        ["{{ name | first }}"] = "A",
        ["{{ name | last }}"] = "a",
        // A loop cannot go on where another ended.
        ["{% for i in numbers limit:1 %}{{ i }}{% endfor %}{% for i in numbers offset:continue %}{{ i }}{% endfor %}"] = "error: needs the variable continue, which is not given",
    };

    /// <summary>Characters of several code points, which Liquid would cut.</summary>
    [Theory]
    [InlineData("{{ nfd | truncate: 2, '' }}", "e\u0301t")]
    [InlineData("{{ nfd | size }}", "4")]
    [InlineData("{{ nfd | slice: 0 }}|{{ nfd | slice: -2 }}", "e\u0301|e\u0301")]
    [InlineData("{{ nfd | split: '' | join: '|' }}", "e\u0301|t|e\u0301|s")]
    [InlineData("{{ family | truncate: 4 }}", "\U0001F468\u200D\U0001F469\u200D\U0001F467...")]
    [InlineData("{{ family | slice: 1 }}", "\U0001F44D\U0001F3FD")]
    [InlineData("{{ family | capitalize | split: '' | last }}", "s")]
    [InlineData("{{ family | first }}", "\U0001F468\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("{{ family | reverse | join: '' | size }}", "11")]
    public void No_filter_cuts_a_character_in_two(string template, string expected)
    {
        const string variables = "{\"nfd\":\"e\u0301te\u0301s\",\"family\":\"\U0001F468\u200D\U0001F469\u200D\U0001F467\U0001F44D\U0001F3FD families\"}";
        Assert.Equal(expected, Liquid.Text(template, variables));
    }

    /// <summary>Whatever is cut: what comes out is text that UTF-8 can hold.</summary>
    [Fact]
    public void Every_part_of_every_text_is_well_formed() =>
        Gen.Select(Gen.OneOf(Gen.Const("\U0001F389"), Gen.Const("e\u0301"), Gen.Const("a"), Gen.Const("\U0001F44D\U0001F3FD"), Gen.Const("\u0915\u094D\u0937")).Array[0, 8].Select(string.Concat), Gen.Int[-8, 8], Gen.Int[0, 8]).Sample(
            (text, start, length) =>
            {
                var result = Liquid.Text(
                    $"{{{{ t | slice: {start}, {length} }}}}|{{{{ t | truncate: {length}, '' }}}}|{{{{ t | split: '' | join: ' ' }}}}|{{{{ t | first }}}}{{{{ t | last }}}}{{{{ t | capitalize }}}}{{{{ t | upcase }}}}",
                    JsonSerializer.Serialize(new { t = text }));
                return !result.Contains('\uFFFD', StringComparison.Ordinal) && result.EnumerateRunes().All(rune => rune != Rune.ReplacementChar);
            },
            iter: 200);

    [Fact]
    public void Each_template_comes_to_what_Liquid_makes_of_it()
    {
        using var reference = JsonDocument.Parse(Repository.Text(Source));
        var variables = Liquid.Variables(reference.RootElement.GetProperty("variables").GetRawText());
        var failures = new List<string>();
        foreach (var one in reference.RootElement.GetProperty("cases").EnumerateArray())
        {
            var template = one.GetProperty("template").GetString()!;
            var expected = Different.GetValueOrDefault(template, one.GetProperty("result").GetString()!);
            if (expected is null)
                continue;
            var (text, faults) = Liquid.Parse(template, TemplatePart.Text).Render(variables, TimeProvider.System, TestContext.Current.CancellationToken);
            var actual = text ?? "error: " + string.Join("; ", faults.Select(fault => fault.Message));
            if (actual != expected)
                failures.Add($"{template}\n    Liquid: {expected.ReplaceLineEndings("\\n")}\n    ours:   {actual.ReplaceLineEndings("\\n")}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} differ:\n" + string.Join('\n', failures));
    }
}
