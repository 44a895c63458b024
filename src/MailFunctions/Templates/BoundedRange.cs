using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary><c>(from..to)</c>, whose length is looked at before it is made.</summary>
internal sealed class BoundedRange(Expression from, Expression to) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var first = decimal.Truncate((await from.EvaluateAsync(context)).ToNumberValue());
        var last = decimal.Truncate((await to.EvaluateAsync(context)).ToNumberValue());
        if (last < first)
            return ArrayValue.Empty;

        // As two numbers: their difference may be none that a decimal holds.
        RenderContext.CheckItems(last > TemplateLimits.ListItems + first ? long.MaxValue : (long)(last - first) + 1);
        return new ArrayValue([.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => NumberValue.Create(first + i))]);
    }
}
