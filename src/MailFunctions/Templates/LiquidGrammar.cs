using Fluid;
using Fluid.Ast;
using Parlot.Fluent;

namespace MailFunctions.Templates;

/// <summary>The Liquid that a mail needs: Fluid's grammar, bounded in depth, without the tags that read other templates.</summary>
/// <remarks>Safe for concurrent use: the mutable state of a parse is in its <see cref="LiquidSource"/>.</remarks>
internal sealed class LiquidGrammar : FluidParser
{
    /// <summary>Tags of Liquid or Fluid that a mail's template may not use.</summary>
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
