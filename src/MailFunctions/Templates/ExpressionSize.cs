using Fluid.Ast;

namespace MailFunctions.Templates;

/// <summary>Counts the parts of an expression without recursion: a chain of ten thousand filters is as deep as it is long.</summary>
internal static class ExpressionSize
{
    public static int Of(Expression expression)
    {
        var parts = 0;
        var open = new Stack<Expression>([expression]);
        while (open.TryPop(out var next))
        {
            parts++;
            foreach (var child in Children(next))
                open.Push(child);
        }

        return parts;
    }

    private static IEnumerable<Expression> Children(Expression expression) => expression switch
    {
        BinaryExpression binary => [binary.Left, binary.Right],
        FilterExpression filter => [filter.Input, .. filter.Parameters.Select(parameter => parameter.Expression)],
        RangeExpression range => [range.From, range.To],
        MemberExpression member => member.Segments.OfType<IndexerSegment>().Select(indexer => indexer.Expression),
        _ => [],
    };
}
