using Fluid;
using Parlot.Fluent;

namespace MailFunctions.Templates;

/// <summary>Counts the recursion depth of a grammar rule. Each level uses stack, and a stack overflow ends the process.</summary>
internal sealed class NestingGuard<T>(Parser<T> rule) : Parser<T>
{
    public override bool Parse(ParseContext context, ref Parlot.ParseResult<T> result)
    {
        var source = (LiquidSource)context;
        if (source.Depth == TemplateLimits.Nesting)
            throw new ParseException($"Blocks and brackets are nested deeper than {TemplateLimits.Nesting} levels at {context.Scanner.Cursor.Position}");

        source.Depth++;
        try
        {
            return rule.Parse(context, ref result);
        }
        finally
        {
            source.Depth--;
        }
    }
}
