using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>Turns a value that Fluid itself writes (in <c>{% cycle %}</c>) into a string, so that it is encoded.</summary>
internal sealed class EncodedText(Expression expression) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var value = await expression.EvaluateAsync(context);
        if (value is StringValue)
            return value;

        ((RenderContext)context).ChargeChars(ValueSize.Of(value));
        return new StringValue(value.ToStringValue());
    }
}
