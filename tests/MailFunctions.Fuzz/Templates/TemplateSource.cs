using System.Globalization;
using System.Text;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Fuzz.Templates;

/// <summary>Writes templates by the grammar of Liquid, and then breaks some.</summary>
internal static class TemplateSource
{
    private const int Deepest = 4;

    private const string Alphabet = "{}%|:.,'\"()[]<>=&#-_ \n\taz09\u00e4\u0000\u2028\ud83d\ude00";

    private static readonly string[] Names = ["name", "user.name", "user.tags", "items", "items[0].price", "n", "big", "words", "empty", "nothing", "flag", "day", "items.first", "items.size", "user['name']"];

    /// <summary>Those that there are, and one that is not.</summary>
    private static readonly string[] Filters = [.. LiquidFilters.Names, "nonsense"];

    private static readonly string[] Values =
    [
        "'a'", "''", "' '", "'é😀'", "'%Y-%m-%d %H:%M'", "'%^10B%-d%'", "'price'", "'Europe/Berlin'", "'../../etc'", "0", "1", "-1", "3.5", "-0.0", "99999999999", "-2147483648", "79228162514264337593543950335",
        "1e400", "true", "false", "nil", "blank", "empty", "(1..3)", "(1..n)", "(3..1)", "(-1..100000)",
    ];

    private static readonly string[] Operators = ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"];

    public static string Write(Random random)
    {
        var source = new StringBuilder();
        Block(random, source, 0);
        var text = source.ToString();
        if (random.Chance(30))
            text = random.Mutate(text, Alphabet, random.Next(1, 8));
        // Once in a while, very much of it.
        return random.Chance(1) ? string.Concat(Enumerable.Repeat(text, random.Next(2, 200))) : text;
    }

    public static string WriteVariables(Random random)
    {
        var big = new string(random.Pick("aä&<".ToCharArray()), random.Chance(5) ? 500_000 : random.Next(200));
        var items = string.Join(',', Enumerable.Range(0, random.Chance(5) ? 3_000 : random.Next(6)).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"price":{{random.Next(-5, 100)}},"name":"item {{i % 3}}"}""")));
        var number = random.Pick(["0", "3", "-1", "2.5", "1e28", "123456789012345678901234567890", "\"7\"", "null", "true", "[]", "{}"]);
        return $$"""
            {"name":"Ada <ada> & \"co\"","user":{"name":"Grace","tags":["a","b","{{random.Next(9)}}"]},"items":[{{items}}],"n":{{number}},"big":"{{big}}",
             "words":"{{string.Join(' ', Enumerable.Repeat("word", random.Next(50)))}}","empty":"","nothing":null,"flag":{{(random.Chance(50) ? "true" : "false")}},"day":"2026-11-23T09:37:21Z"}
            """;
    }

    private static void Block(Random random, StringBuilder to, int depth)
    {
        for (var pieces = random.Next(1, 4); pieces > 0; pieces--)
            Piece(random, to, depth);
    }

    private static void Piece(Random random, StringBuilder to, int depth)
    {
        var (open, close) = (random.Chance(10) ? "{%-" : "{%", random.Chance(10) ? "-%}" : "%}");
        switch (depth >= Deepest ? random.Next(5) : random.Next(16))
        {
            case 0 or 1:
                to.Append(random.Pick(["Hello ", "<p>", "\n", "&amp;", "a{b", "} ", "<script>", "é", "😀"]));
                break;
            case 2 or 3 or 5:
                to.Append("{{ ").Append(Expression(random)).Append(" }}");
                break;
            case 4 or 6:
                to.Append(CultureInfo.InvariantCulture, $"{open} assign {Variable(random)} = {Expression(random)} {close}");
                break;
            case 7:
                Wrapped($"if {Condition(random)}", "endif", random.Chance(40) ? $"{open} elsif {Condition(random)} {close}" : "{% else %}");
                break;
            case 8:
                Wrapped($"unless {Condition(random)}", "endunless");
                break;
            case 9 or 10:
                Wrapped($"for {random.Pick(["i", "item", "n"])} in {random.Pick([.. Names, "(1..3)", "(1..n)", "(0..20000)"])}{random.Pick(["", " limit: 2", " offset: 1", " reversed", " limit: -1 offset: n"])}", "endfor", random.Pick(["{% else %}", "{% break %}", "{% continue %}", ""]));
                break;
            case 11:
                to.Append(CultureInfo.InvariantCulture, $"{open} case {Value(random)} {close}{open} when {Value(random)}, {Value(random)} {close}");
                Block(random, to, depth + 1);
                to.Append(CultureInfo.InvariantCulture, $"{open} endcase {close}");
                break;
            case 12:
                Wrapped($"capture {Variable(random)}", "endcapture");
                break;
            case 13:
                Wrapped($"tablerow i in {random.Pick(Names)} cols: {Value(random)}", "endtablerow");
                break;
            case 14:
                var whole = random.Pick(["comment", "raw"]);
                Wrapped(whole, $"end{whole}");
                break;
            default:
                to.Append(CultureInfo.InvariantCulture, $"{open} {random.Pick(["cycle 'a', 'b'", "increment n", "decrement n", "cycle n: 1, 2", "cycle name", random.Chance(20) ? random.Pick(["include 'x'", "render 'x'", "liquid assign a = 1", "# note", "echo n", "layout 'x'", "unknown"]) : "increment a"])} {close}");
                break;
        }

        void Wrapped(string begin, string end, string between = "")
        {
            to.Append(CultureInfo.InvariantCulture, $"{open} {begin} {close}");
            Block(random, to, depth + 1);
            if (between.Length > 0 && random.Chance(50))
            {
                to.Append(between);
                Block(random, to, depth + 1);
            }

            to.Append(CultureInfo.InvariantCulture, $"{open} {end} {close}");
        }
    }

    private static string Variable(Random random) => random.Pick(["a", "b", "name", "items", "n", "big"]);

    private static string Value(Random random) => random.Chance(50) ? random.Pick(Names) : random.Pick(Values);

    private static string Expression(Random random)
    {
        var expression = new StringBuilder(Value(random));
        for (var filters = random.Next(4); filters > 0; filters--)
        {
            expression.Append(" | ").Append(random.Pick(Filters));
            for (var (arguments, i) = (random.Next(3), 0); i < arguments; i++)
                expression.Append(i == 0 ? ": " : ", ").Append(Value(random));
        }

        return expression.ToString();
    }

    private static string Condition(Random random)
    {
        var condition = new StringBuilder($"{Value(random)} {random.Pick(Operators)} {Value(random)}");
        while (random.Chance(25))
            condition.Append(CultureInfo.InvariantCulture, $" {random.Pick(["and", "or"])} {Value(random)}");
        return condition.ToString();
    }
}
