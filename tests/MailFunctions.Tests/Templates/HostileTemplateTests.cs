using System.Text;
using CsCheck;
using MailFunctions.Templates;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Templates;

/// <summary>Templates that are written to take the worker: each ends soon, in little memory, with a fault that says what it was.</summary>
public sealed class HostileTemplateTests
{
    private const long MiB = 1024 * 1024;

    private static readonly string Big = $$"""{"big":"{{new string('a', 2_000_000)}}","big2":"{{new string('a', 2_000_000)}}","words":"{{Many("a ", 100_000)}}","lf":"\n","tab":"\t"}""";

    private static readonly Dictionary<string, (string Source, string Fault)> Corpus = new()
    {
        // Loops.
        ["a range without end"] = ("{% for i in (1..1000000000) %}x{% endfor %}", "10,000 items"),
        ["a range beyond integers"] = ("{% for i in (1..99999999999999999999999999) %}x{% endfor %}", "'for' tag"),
        ["a range from a variable"] = ("{% assign n = 1000000000 %}{% for i in (1..n) %}x{% endfor %}", "10,000 items"),
        ["a range that overflows"] = ("{% assign n = 79228162514264337593543950335 %}{% assign m = n | times: -1 %}{% for i in (m..n) %}{% endfor %}", "10,000 items"),
        ["loops in loops"] = (Nest("{% for i in (1..10000) %}", "x", "{% endfor %}", 5), "100,000 statements"),
        ["empty loops in loops"] = (Nest("{% for i in (1..10000) %}", "", "{% endfor %}", 3), "100,000 statements"),
        ["rows in rows"] = (Nest("{% tablerow i in (1..5000) %}", "x", "{% endtablerow %}", 3), "100,000 statements"),
        ["a loop whose step is dear"] = ($"{{% for i in (1..10000) %}}{{% if {Join("a == b", " or ", 30)} %}}{{% endif %}}{{% endfor %}}", ""),
        ["a loop with a case of many branches"] = ($"{{% for i in (1..10000) %}}{{% case i %}}{Many("{% when 'x' %}", 900)}{{% endcase %}}{{% endfor %}}", "2,000,000 values"),
        ["a case of too many branches"] = ($"{{% case 1 %}}{Many("{% when 'x' %}", 15_000)}{{% endcase %}}", "1,000 values"),

        // What grows.
        ["doubling"] = ("{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}", "32 MiC"),
        ["doubling by prepending"] = ("{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | prepend: a %}{% endfor %}", "32 MiC"),
        ["doubling by capturing"] = ("{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}", ""),
        ["a list that doubles"] = ("{% assign a = 'x,y' | split: ',' %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}", "10,000 items"),
        ["each by all"] = ("{{ big | replace: 'a', big }}", "32 MiC"),
        ["replacing nothing"] = ("{{ big | replace: '', big }}", "nothing to look for"),
        ["a join of long separators"] = ("{% assign l = words | slice: 0, 18000 | split: ' ' %}{{ l | join: big }}", "32 MiC"),
        ["a split into letters"] = ("{{ big | split: '' }}", "10,000 items"),
        ["a split into words"] = ("{{ words | split: ' ' | size }}", "10,000 items"),
        ["a date with a wide field"] = ("{{ 'now' | date: '%999999999t' }}", "date format"),
        ["a date with a long format"] = ($"{{{{ 'now' | date: '{Many("%c", 100)}' }}}}", "date format"),
        ["a capture without end"] = ("{% capture c %}{% for i in (1..10000) %}{{ big }}{% endfor %}{% endcapture %}", "comes to more than 10,485,760"),
        ["an output without end"] = ("{% for i in (1..10000) %}{{ big }}{% endfor %}", "comes to more than 10,485,760"),
        ["a list put out without end"] = ("{% assign l = words | slice: 0, 9998 | split: ' ' %}{% for i in (1..10000) %}{{ l }}{{ big }}{% endfor %}", "comes to more than 10,485,760"),
        ["a split into lines"] = ("{{ words | replace: ' ', lf | split: ' ' | size }}", "10,000 items"),
        ["a split at tabs"] = ("{{ words | replace: ' ', tab | split: ' ' | size }}", "10,000 items"),
        ["escaping over and over"] = ("{% assign a = '&' %}{% for i in (1..10000) %}{% assign a = a | escape %}{% endfor %}", "32 MiC"),
        ["encoding over and over"] = ("{% assign a = '%' %}{% for i in (1..10000) %}{% assign a = a | url_encode %}{% endfor %}", "32 MiC"),
        ["base64 over and over"] = ("{% assign a = 'aaaa' %}{% for i in (1..1000) %}{% assign a = a | base64_encode %}{% endfor %}", "32 MiC"),
        ["sorting over and over"] = ("{% assign l = words | slice: 0, 18000 | split: ' ' %}{% for i in (1..10000) %}{% assign m = l | sort %}{% endfor %}", ""),

        // What is deep. Without a bound each of these ends the process, and no test with it.
        ["blocks in blocks"] = (Nest("{% if true %}", "x", "{% endif %}", 10_000), "nested deeper"),
        ["loops deep in loops"] = (Nest("{% for i in (1..1) %}", "x", "{% endfor %}", 7_000), "nested deeper"),
        ["captures deep in captures"] = (Nest("{% capture c %}", "x", "{% endcapture %}", 8_000), "nested deeper"),
        ["blocks that never end"] = (Many("{% if true %}", 20_000), "nested deeper"),
        ["cases in cases"] = (Many("{% case 1 %}{% when 1 %}", 10_000), "nested deeper"),
        ["branches in branches"] = (Many("{% if a %}{% else %}", 10_000), "nested deeper"),
        ["brackets in brackets"] = ($"{{{{ a{Many("[a", 100_000)} }}}}", "nested deeper"),
        ["brackets in brackets of a filter"] = ($"{{{{ 1 | plus: a{Many("[a", 100_000)} }}}}", "nested deeper"),
        ["parentheses in parentheses"] = ($"{{{{ {Many("(", 200_000)}1 }}}}", "nested deeper"),
        ["parentheses as deep as may be"] = ($"{{{{ {Many("(", 30)}1 }}}}", "line 1"),
        ["brackets as deep as may be, often"] = (Many($"{{% cycle a{Many("[a", 30)}{Many("]", 30)} %}}", 1_500) + "{{", "line 1"),
        ["a chain of filters"] = ($"{{{{ 'a' {Many("|upcase", 30_000)} }}}}", "100 values"),
        ["a chain of conditions"] = ($"{{% if a{Many(" or a", 40_000)} %}}{{% endif %}}", "100 values"),
        ["a chain of conditions in an elsif"] = ($"{{% if a %}}{{% elsif a{Many(" and a", 40_000)} %}}{{% endif %}}", "100 values"),
        ["a path without end"] = ($"{{{{ a{Many(".a", 100_000)} }}}}", "needs the variable a,"),

        // What is wrong in itself.
        ["a division by zero"] = ("{{ 1 | divided_by: 0 }}", "cannot be rendered"),
        ["a number that overflows"] = ("{% assign a = 9999999999 %}{% for i in (1..100) %}{% assign a = a | times: a %}{% endfor %}", "cannot be rendered"),
        ["a negative offset"] = ("{% assign l = 'a b' | split: ' ' %}{% for i in l offset: -5 %}{% endfor %}", "cannot be rendered"),
        ["a huge limit"] = ("{% assign l = 'a b' | split: ' ' %}{% for i in l limit: 99999999999 %}{% endfor %}", "cannot be rendered"),
        ["base64 that is none"] = ("{{ 'a*' | base64_decode }}", "cannot be rendered"),
        ["a template that is too long"] = (new string('x', TemplateLimits.PartChars + 1), "longer than"),
        ["opening tags alone"] = (Many("{{", 100_000), "line 1"),
        ["a string without end"] = ("{{ '" + new string('x', 200_000), "line 1"),
        ["a number without end"] = ($"{{{{ {new string('9', 200_000)} }}}}", ""),
        ["an expression of spaces"] = ($"{{{{ a{new string(' ', 200_000)}", "line 1"),
        ["outputs without end"] = (Many("{{a}}", 50_000), "needs the variable a,"),
        ["trimmed blanks without end"] = (Many("{%- if 1 -%} ", 20) + Many(" ", 200_000) + Many("{%- endif -%}", 20) + "{{ a }}", "needs the variable a,"),
        ["braces without end"] = (Many("{ ", 130_000) + "{{ a }}", "needs the variable a,"),
        ["comments without end"] = (Many("{% comment %}", 15_000), ""),
        ["a device for a time zone"] = ("{{ 'now' | time_zone: '../../../dev/zero' }}", "no such time zone"),
        ["a device for a time zone, from the root"] = ("{{ 'now' | time_zone: '/dev/zero' }}", "no such time zone"),
        ["another template"] = ("{% include '/etc/passwd' %}", "not supported"),
        ["an object of ours"] = ("{{ big.GetType.Assembly.Location }}", "needs the variable big.GetType"),
    };

    public static TheoryData<string> Names => [.. Corpus.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_template_ends_with_a_fault(string name)
    {
        var (source, expected) = Corpus[name];
        var variables = Liquid.Variables(Big);
        expected = expected.Replace("32 MiC", "33,554,432", StringComparison.Ordinal);

        var spent = new ThreadCost();
        var parsed = LiquidTemplate.TryParse(TemplatePart.Html, source, out var template, out var fault);
        var faults = parsed ? template!.Render(variables, TimeProvider.System, TestContext.Current.CancellationToken).Faults : [fault!];
        var (took, cost) = (spent.Computed, spent.Allocated);

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {took.TotalMilliseconds:0} ms, {cost / MiB} MiB allocated: {string.Join("; ", faults.Select(f => f.Message))}");
        Assert.NotEmpty(faults);
        Assert.Contains(faults, f => f.Message.Contains(expected, StringComparison.Ordinal));
        Assert.All(faults, f => Assert.InRange(f.Message.Length, 1, 500));
        Assert.InRange(took, TimeSpan.Zero, 3 * TemplateLimits.RenderTime);
        Assert.InRange(cost, 0, 600 * MiB);
    }

    /// <summary>What a filter makes is counted before it is made.</summary>
    [Theory]
    [InlineData("escape", "&")]
    [InlineData("escape", "\"")]
    [InlineData("escape_once", "&")]
    [InlineData("escape_once", "&amp;")]
    [InlineData("newline_to_br", "\n")]
    [InlineData("newline_to_br", "\"")]
    [InlineData("newline_to_br", "a\n")]
    [InlineData("url_encode", "&")]
    [InlineData("url_encode", " ")]
    [InlineData("url_encode", "漢")]
    [InlineData("base64_encode", "漢")]
    [InlineData("base64_url_safe_encode", "漢")]
    [InlineData("split: ' '", "a\n")]
    [InlineData("split: ' '", "a\t")]
    [InlineData("truncatewords: 9999999", "a\n")]
    [InlineData("truncatewords: 99999999999999", "a ")]
    [InlineData("capitalize", "ß")]
    [InlineData("upcase", "ß")]
    [InlineData("strip_html", "<")]
    [InlineData("strip_html", "<b>")]
    [InlineData("strip_newlines", "\n")]
    [InlineData("strip", " ")]
    [InlineData("size", "e\u0301")]
    [InlineData("truncate: 9999999", "e\u0301")]
    [InlineData("url_decode", "%")]
    public void A_filter_takes_little_for_the_worst_that_a_variable_can_hold(string filter, string worst)
    {
        var most = Samples.Size(1_048_576, 10_485_760);
        var variables = Liquid.Variables($$"""{"x":{{System.Text.Json.JsonSerializer.Serialize(Many(worst, most / worst.Length))}}}""");
        var template = Liquid.Parse($"{{% assign y = x | {filter} %}}");
        var spent = new ThreadCost();

        var (_, faults) = template.Render(variables, TimeProvider.System, TestContext.Current.CancellationToken);
        var (took, cost) = (spent.Computed, spent.Allocated);

        TestContext.Current.TestOutputHelper?.WriteLine($"{took.TotalMilliseconds:0} ms, {cost / MiB} MiB allocated: {string.Join("; ", faults.Select(f => f.Message))}");
        Assert.InRange(took, TimeSpan.Zero, 3 * TemplateLimits.RenderTime);
        Assert.InRange(cost, 0, 300 * MiB);
    }

    /// <summary>For what no counting sees, such as comparing long texts again and again.</summary>
    [Fact]
    public void A_template_that_takes_too_long_is_ended()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

        var (text, faults) = Liquid.Parse("{% for i in (1..10000) %}{% if big == big2 %}{% endif %}{% endfor %}").Render(Liquid.Variables(Big), clock, TestContext.Current.CancellationToken);

        Assert.Null(text);
        Assert.Contains("takes longer than 5 seconds", Assert.Single(faults).Message, StringComparison.Ordinal);
    }

    /// <summary>A long run of one letter, and another one that ends otherwise: looked for at every place to its end, it takes the product of both.</summary>
    [Fact]
    public void Searching_the_worst_case_text_takes_time_in_proportion_to_its_length()
    {
        var half = new string('a', Samples.Size(250_000, 500_000));
        var variables = $$"""{"text":"{{half}}{{half}}{{half}}{{half}}","needle":"{{half}}{{half}}b","tail":"b{{half}}{{half}}","middle":"{{half}}b{{half}}"}""";
        string[] ways =
        [
            "{{ text | remove: needle }}", "{{ text | remove_first: needle }}", "{{ text | remove_last: needle }}", "{{ text | replace: needle, 'x' }}", "{{ text | replace_first: needle, 'x' }}",
            "{{ text | replace_last: needle, 'x' }}", "{{ text | split: needle | size }}", "{% if text contains needle %}{% endif %}", "{% case text %}{% when needle %}{% endcase %}",
        ];
        foreach (var way in ((string[])["needle", "tail", "middle"]).SelectMany(worst => ways.Select(way => way.Replace("needle", worst, StringComparison.Ordinal))))
        {
            var spent = new ThreadCost();
            Liquid.Text(way, variables);
            // Place by place this is more than 10^11 comparisons: minutes of processor time.
            Assert.InRange(spent.Computed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void Rendering_stops_when_its_caller_has_gone()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.Throws<OperationCanceledException>(() => Liquid.Parse("{% for i in (1..10000) %}x{% endfor %}").Render(Liquid.Variables("{}"), TimeProvider.System, gone.Token));
    }

    [Fact]
    public void No_output_is_longer_than_allowed()
    {
        var template = Liquid.Parse("{% for i in (1..turns) %}{{ text }}{{ text | append: text }}{% capture c %}{{ text }}{% endcapture %}{{ c }}{% endfor %}");
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 20_000]).Sample(
            (turns, length) =>
            {
                var (html, faults) = template.Render(Liquid.Variables($$"""{"turns":{{turns}},"text":"{{new string('x', length)}}"}"""), TimeProvider.System, TestContext.Current.CancellationToken);
                Assert.Equal(html is null, faults.Count > 0);
                Assert.InRange(html?.Length ?? 0, 0, TemplateLimits.OutputChars);
                if (html is not null)
                    Assert.Equal(4L * turns * length, html.Length);
            },
            iter: 15);
    }

    private static string Many(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();

    private static string Join(string text, string between, int times) => string.Join(between, Enumerable.Repeat(text, times));

    private static string Nest(string open, string within, string close, int levels) => Many(open, levels) + within + Many(close, levels);
}
