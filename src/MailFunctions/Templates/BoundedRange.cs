using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary><c>(from..to)</c>; checks the length before it builds the list.</summary>
internal sealed class BoundedRange(Expression from, Expression to) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var first = decimal.Truncate((await from.EvaluateAsync(context)).ToNumberValue());
        var last = decimal.Truncate((await to.EvaluateAsync(context)).ToNumberValue());
        if (last < first)
            return ArrayValue.Empty;

        // Compared as two numbers, since a decimal may not hold their difference.
        RenderContext.CheckItems(last > TemplateLimits.ListItems + first ? long.MaxValue : (long)(last - first) + 1);
        return new ArrayValue([.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => NumberValue.Create(first + i))]);
    }
}
