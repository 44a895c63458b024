using CsCheck;
using MailFunctions.Intake;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

public sealed class LiquidTemplateTests
{
    private const string Shop = """
        {"name":"Ada","user":{"name":"Ada <b>","note":null},"items":[{"title":"A & B","price":3.5},{"title":"C","price":4}],"empty":[],"flag":false}
        """;

    [Theory]
    [InlineData("Hello {{ name }}", "Hello Ada")]
    [InlineData("{{ user.name }}", "Ada &lt;b&gt;")]
    [InlineData("{{ user['name'] }}", "Ada &lt;b&gt;")]
    [InlineData("{{ user.name | raw }}", "Ada <b>")]
    [InlineData("{{ user.name | escape }}", "Ada &lt;b&gt;")]
    [InlineData("{% for item in items %}{{ forloop.index }}:{{ item.title }};{% endfor %}", "1:A &amp; B;2:C;")]
    [InlineData("{% for item in empty %}x{% else %}none{% endfor %}", "none")]
    [InlineData("{% for i in (1..3) reversed %}{{ i }}{% endfor %}", "321")]
    [InlineData("{% if flag %}a{% elsif name == 'Ada' %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% unless flag %}a{% endunless %}", "a")]
    [InlineData("{% case name %}{% when 'Ada', 'Eve' %}a{% else %}b{% endcase %}", "a")]
    [InlineData("{% assign n = items.size | plus: 1 %}{{ n }}", "3")]
    [InlineData("{% capture c %}<p>{{ user.name }}</p>{% endcapture %}{{ c }}", "<p>Ada &lt;b&gt;</p>")]
    [InlineData("{% for i in (1..4) %}{% cycle 'a', user.name %}{% endfor %}", "aAda &lt;b&gt;aAda &lt;b&gt;")]
    [InlineData("{{ items | map: 'title' | join: ', ' }}", "A &amp; B, C")]
    [InlineData("{{ items | map: 'title' }}", "A &amp; BC")]
    [InlineData("{{ user.name | split: ' ' }}", "Ada&lt;b&gt;")]
    [InlineData("{{ items[1].title }}{{ items.first.price }}", "C3.5")]
    [InlineData("{{ user.note }}|{{ user.note | default: 'none' }}", "|none")]
    [InlineData("{% comment %}{{ nobody }}{% endcomment %}{% raw %}{{ nobody }}{% endraw %}", "{{ nobody }}")]
    [InlineData("<p>\n  {%- if name -%}\n  x\n  {%- endif -%}\n</p>", "<p>x</p>")]
    [InlineData("{{ '2026-11-23T10:00:00Z' | time_zone: 'Europe/Berlin' | date: '%d.%m.%Y %H:%M' }}", "23.11.2026 11:00")]
    [InlineData("no template at all, { or } or {", "no template at all, { or } or {")]
    [InlineData("", "")]
    public void Html_is_rendered_as_Liquid_says_and_encoded(string source, string expected) => Assert.Equal(expected, Liquid.Html(source, Shop));

    [Theory]
    [InlineData("{{ \"a\nb<\" | newline_to_br }}", "a<br />\nb&lt;")]
    [InlineData("{% capture c %}<i>{% endcapture %}{{ c | append: '</i>' }}", "<i></i>")]
    [InlineData("{% capture c %}<i>{% endcapture %}{{ c | append: user.name }}", "&lt;i&gt;Ada &lt;b&gt;")]
    [InlineData("{% capture c %}x{% endcapture %}{{ c | replace: 'x', user.name }}", "Ada &lt;b&gt;")]
    [InlineData("{{ nobody | default: user.name }}", "Ada &lt;b&gt;")]
    [InlineData("{{ user.name | url_encode }}", "Ada&#x2B;%3Cb%3E")]
    public void Values_that_include_unencoded_text_are_encoded(string source, string expected) => Assert.Equal(expected, Liquid.Html(source, Shop));

    [Fact]
    public void Text_and_subject_are_not_encoded()
    {
        Assert.Equal("Ada <b>", Liquid.Text("{{ user.name }}", Shop));
        Assert.Equal("Ada <b>", Liquid.Render(TemplatePart.Subject, "{{ user.name }}", Shop));
        Assert.Equal("A & BC", Liquid.Text("{{ items | map: 'title' }}", Shop));
    }

    [Fact]
    public void Letters_of_all_scripts_stay_what_they_are() => Assert.Equal("Ä 漢字 ض", Liquid.Html("{{ x }}", """{"x":"Ä 漢字 ض"}"""));

    [Fact]
    public void Every_missing_variable_is_named_as_the_template_has_it()
    {
        var faults = Liquid.Faults("{{ nobody }}{{ user.age }}{{ items[7].title }}{% for i in things %}{% endfor %}{% for item in items %}{{ item.titel }}{% endfor %}{{ nobody }}", Shop);

        Assert.Equal(
            ["nobody", "user.age", "items[7]", "things", "item.titel"],
            faults.Select(fault => fault.Message.Replace("needs the variable ", "", StringComparison.Ordinal).Split(',')[0]));
        Assert.All(faults, fault => Assert.Equal("/html", fault.Place));
    }

    [Theory]
    [InlineData("{{ nobody | default: 'you' }}", "you")]
    [InlineData("{{ user.nick | upcase | default: 'you' }}", "you")]
    [InlineData("{% if nobody %}a{% else %}b{% endif %}", "b")]
    [InlineData("{% if user.nick.first %}a{% elsif nobody == 'x' or nothing %}b{% endif %}", "")]
    [InlineData("{% unless nobody contains 'x' %}a{% endunless %}", "a")]
    public void A_template_may_ask_whether_a_variable_is_there(string source, string expected) => Assert.Equal(expected, Liquid.Html(source, Shop));

    [Fact]
    public void Variable_names_are_case_sensitive() =>
        Assert.Contains("Name", Assert.Single(Liquid.Faults("{{ Name }}", Shop)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Line one\nHello {{ name", "line 2, column")]
    [InlineData("{% if name %}x", "endif")]
    [InlineData("a\n\n{% endif %}", "line 3, column")]
    [InlineData("{% nonsense %}", "nonsense")]
    [InlineData("{{ name | shout }}", "'shout'")]
    [InlineData("{% include 'other' %}", "'include' is not supported")]
    [InlineData("{% render 'other' %}", "'render' is not supported")]
    [InlineData("{{ name() }}", "Functions are not allowed")]
    [InlineData("{{ }}", "line 1, column")]
    public void A_template_that_does_not_parse_says_where_and_why(string source, string expected) =>
        Assert.Contains(expected, Assert.Single(Liquid.Faults(source)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Hello {{ name }}", "x\r\nBcc: evil@example.com", "Hello x Bcc: evil@example.com")]
    [InlineData("  a{{ name }}\n", "\n\n\t\u2028b", "a b")]
    public void No_line_break_gets_into_a_subject(string source, string name, string expected) =>
        Assert.Equal(expected, Liquid.Render(TemplatePart.Subject, source, $$"""{"name":{{System.Text.Json.JsonSerializer.Serialize(name)}}}"""));

    [Theory]
    [InlineData("{{ name | slice: 99 }}")]
    [InlineData("{% for i in (1..999) %}x{% endfor %}")]
    public void A_subject_is_neither_empty_nor_too_long(string source) =>
        Assert.Equal("/subject", Assert.Single(Liquid.Faults(source, Shop, TemplatePart.Subject)).Place);

    [Fact]
    public void A_character_beyond_the_basic_plane_is_one_character() => Assert.Equal("😀", Liquid.Text("{{ x | slice: 0 }}", """{"x":"😀"}"""));

    [Fact]
    public void Template_output_limits_equal_those_of_a_mail()
    {
        Assert.Equal(EmailLimits.BodyChars, TemplateLimits.OutputChars);
        Assert.Equal(EmailLimits.SubjectChars, TemplateLimits.SubjectChars);
    }

    [Fact]
    public void No_angle_bracket_of_a_variable_gets_into_html()
    {
        string[] ways =
        [
            "{{ x }}", "{{ list }}", "{{ x | append: x }}", "{{ 'a' | append: x }}", "{% capture c %}{{ x }}{% endcapture %}{{ c | append: x | prepend: list }}",
            "{{ x | split: 'a' }}", "{{ list | join: x }}", "{{ x | newline_to_br | remove: 'br' | remove: '/' | split: 'x' }}", "{% cycle x, list %}", "{{ o | first }}",
            "{% for p in o %}{{ p }}{% endfor %}", "{{ x | escape | replace: 'a', x }}", "{{ x | default: list }}", "{{ list | sort | reverse | uniq | first }}",
            "{% assign y = x | strip_html | truncate: 9, x %}{{ y }}", "{% if x == list or list %}{{ list[0] }}{% endif %}", "{{ x | url_encode | url_decode }}",
            "{{ x | base64_encode | base64_decode }}", "{{ x | escape_once | slice: 0, 5 }}", "{% tablerow i in list %}{{ i }}{% endtablerow %}",
        ];
        var templates = ways.Select(way => Liquid.Parse("[" + way + "]")).ToArray();
        Gen.Select(Gen.String[Gen.Char["<>&\"'ab;lt \n\u00e4"], 0, 20], Gen.Int[0, ways.Length - 1]).Sample(
            (text, way) =>
            {
                var json = System.Text.Json.JsonSerializer.Serialize(text);
                var (html, faults) = templates[way].Render(Liquid.Variables($$$"""{"x":{{{json}}},"list":[{{{json}}},"a",[{{{json}}}]],"o":{"a":{{{json}}}}}"""), TimeProvider.System);
                var own = html?.Replace("<br />", "", StringComparison.Ordinal);
                own = own is not null && ways[way].Contains("tablerow", StringComparison.Ordinal) ? System.Text.RegularExpressions.Regex.Replace(own, "</?t[rd][^>]*>", "") : own;
                Assert.True(own is null ? faults.Count > 0 : !own.Contains('<', StringComparison.Ordinal), $"{ways[way]} gave {html}");
            },
            iter: 4000);
    }
}
