using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace MailFunctions.Templates;

/// <summary>The items that <c>for … limit: n offset: m</c> iterates over; an empty text is an empty list.</summary>
/// <remarks>Fluid's own loop counts the items that the offset skips, so its <c>forloop.index</c> does not begin with 1.</remarks>
/// <param name="limit">Null for all that follow.</param>
/// <param name="offset">Null to begin with the first.</param>
internal sealed class PartOfList(Expression source, Expression? limit, Expression? offset) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var value = await source.EvaluateAsync(context);
        IReadOnlyList<FluidValue> items = value switch
        {
            ArrayValue list => list.Values,
            StringValue text when text.ToStringValue().Length == 0 => [],
            _ => [.. value.Enumerate(context)],
        };
        if (limit is null && offset is null)
            return new ArrayValue(items);
        var skipped = offset is null ? 0 : await NumberAsync("offset", offset, context);
        var most = limit is null ? items.Count : await NumberAsync("limit", limit, context);
        return new ArrayValue([.. items.Skip(skipped).Take(most)]);
    }

    private static async ValueTask<int> NumberAsync(string name, Expression expression, TemplateContext context) =>
        decimal.Truncate((await expression.EvaluateAsync(context)).ToNumberValue()) is >= 0 and <= int.MaxValue and var number
            ? (int)number
            : throw new ArgumentException($"the {name} of a loop is not a number from 0 to {int.MaxValue}");
}
