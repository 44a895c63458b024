using Fluid;
using Fluid.Ast;
using Parlot.Fluent;

namespace MailFunctions.Templates;

/// <summary>Liquid as a mail needs it: Fluid's grammar, bounded in depth, without what reads other templates.</summary>
/// <remarks>Safe for concurrent use: what a parse changes is in its <see cref="LiquidSource"/>.</remarks>
internal sealed class LiquidGrammar : FluidParser
{
    /// <summary>Tags of Liquid, or of Fluid, that are no part of a mail's template.</summary>
    private static readonly string[] Unsupported = ["include", "render", "ifchanged", "liquid", "macro", "from", "layout", "section"];

    public LiquidGrammar()
    {
        Primary.Parser = new NestingGuard<Expression>(Primary.Parser!);
        AnyTagsList.Parser = new NestingGuard<IReadOnlyList<Statement>>(AnyTagsList.Parser!);
        foreach (var tag in Unsupported)
            RegisteredTags[tag] = new UnsupportedTag(tag);
    }

    private sealed class UnsupportedTag(string name) : Parser<Statement>
    {
        public override bool Parse(ParseContext context, ref Parlot.ParseResult<Statement> result) =>
            throw new ParseException($"The tag '{name}' is not supported here at {context.Scanner.Cursor.Position}");
    }
}
