using Fluid;
using Fluid.Ast;
using Fluid.Values;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Templates;

/// <summary><c>a contains b</c>; searches in linear time and charges the lengths of both texts.</summary>
internal sealed class LinearContains(Expression left, Expression right) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var (container, wanted) = (await left.EvaluateAsync(context), await right.EvaluateAsync(context));
        ((RenderContext)context).ChargeChars(ValueSize.Of(container) + ValueSize.Of(wanted));
        if (container is not StringValue text)
            return BooleanValue.Create(container.Contains(wanted));
        if (wanted.IsNil())
            return BooleanValue.False;

        var search = wanted.ToStringValue();
        return BooleanValue.Create(search.Length == 0 || new TextSearch(search).First(text.ToStringValue()) >= 0);
    }
}
