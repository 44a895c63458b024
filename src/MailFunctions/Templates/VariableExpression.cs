using System.Text;
using Fluid;
using Fluid.Ast;
using Fluid.Values;
using MailFunctions.Http.Requests;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Templates;

/// <summary>Reads a variable, and records a missing one by the name that the template uses. A field that is null is not missing.</summary>
/// <param name="segments">The first is an identifier.</param>
/// <param name="strict">False where a template asks whether the variable exists: in a condition, and before <c>default</c>.</param>
internal sealed class VariableExpression(IReadOnlyList<MemberSegment> segments, bool strict) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var name = ((IdentifierSegment)segments[0]).Identifier;
        var value = context.GetValue(name);
        if (ReferenceEquals(value, UndefinedValue.Instance))
            return await MissAsync(0, context);

        for (var i = 1; i < segments.Count; i++)
        {
            var step = segments[i] is IndexerSegment indexer ? await indexer.Expression.EvaluateAsync(context) : null;
            var key = step?.ToStringValue() ?? ((IdentifierSegment)segments[i]).Identifier;
            var next = step is null ? await FieldAsync(value, key, context) : await ItemAsync(value, step, context);
            if (next.IsNil() && !VariableFields.Has(value, key))
                return await MissAsync(i, context);
            value = next;
        }

        return value;
    }

    private static ValueTask<FluidValue> FieldAsync(FluidValue value, string name, TemplateContext context) =>
        value is StringValue text && name == "size" ? NumberValue.Create(Characters.Count(text.ToStringValue())) : value.GetValueAsync(name, context);

    /// <summary>Reads an item of a list or a field; a negative index counts from the end.</summary>
    private static ValueTask<FluidValue> ItemAsync(FluidValue value, FluidValue index, TemplateContext context) =>
        value is ArrayValue list && index is NumberValue number && number.ToNumberValue() < 0
            ? value.GetIndexAsync(NumberValue.Create(list.Values.Count + number.ToNumberValue()), context)
            : value.GetIndexAsync(index, context);

    private async ValueTask<FluidValue> MissAsync(int last, TemplateContext context)
    {
        if (!strict)
            return NilValue.Instance;

        var path = new StringBuilder(((IdentifierSegment)segments[0]).Identifier);
        for (var i = 1; i <= last; i++)
        {
            if (segments[i] is IndexerSegment indexer)
                path.Append('[').Append(Shorten((await indexer.Expression.EvaluateAsync(context)).ToStringValue())).Append(']');
            else
                path.Append('.').Append(((IdentifierSegment)segments[i]).Identifier);
        }

        ((RenderContext)context).Miss(Shorten(path.ToString()));
        return NilValue.Instance;
    }

    private static string Shorten(string text) => ErrorList.Shorten(text, 100);
}
