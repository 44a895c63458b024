using Fluid.Parser;

namespace MailFunctions.Templates;

/// <summary>A source that is being parsed.</summary>
internal sealed class LiquidSource(string text) : FluidParseContext(text)
{
    /// <summary>Levels of blocks and of brackets that are open.</summary>
    public int Depth { get; set; }
}
