using Fluid.Parser;

namespace MailFunctions.Templates;

/// <summary>A template source while it is being parsed.</summary>
internal sealed class LiquidSource(string text) : FluidParseContext(text)
{
    /// <summary>The number of open blocks and brackets.</summary>
    public int Depth { get; set; }
}
