using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;

namespace MailFunctions.Templates;

/// <summary>Charges a statement each time it runs, by the number of its own parts.</summary>
internal sealed class MeteredStatement(Statement statement, int parts) : Statement
{
    public override ValueTask<Completion> WriteToAsync(TextWriter writer, TextEncoder encoder, TemplateContext context)
    {
        ((RenderContext)context).ChargeStatement(parts);
        return statement.WriteToAsync(writer, encoder, context);
    }
}
