using Fluid.Ast;
using Fluid.Ast.BinaryExpressions;
using Fluid.Values;
using MailFunctions.Templates.Filters;

namespace MailFunctions.Templates;

/// <summary>
/// Replaces the statements and expressions of Fluid that write without encoding, allocate without bound or ignore a missing
/// variable by our own, and makes every statement charge its cost.
/// </summary>
/// <remarks>Throws <see cref="TemplateLimitException"/> for a template that is too complex. Each instance is used once.</remarks>
internal sealed class LiquidRewriter : AstRewriter
{
    private int _parts;
    private bool _insideExpression;
    private bool _lenient;

    public override Statement? Visit(Statement? statement)
    {
        // A branch is visited with its own statement.
        if (statement is null or ElseStatement or ElseIfStatement or WhenStatement)
            return base.Visit(statement!);

        var outer = _parts;
        _parts = 1;
        var rewritten = base.Visit(statement);
        if (_parts > TemplateLimits.StatementParts)
            throw new TemplateLimitException(FormattableString.Invariant($"has a statement with more than {TemplateLimits.StatementParts:N0} values"));

        var metered = new MeteredStatement(rewritten, _parts);
        _parts = outer;
        return metered;
    }

    public override Expression? Visit(Expression? expression)
    {
        if (expression is null || _insideExpression)
            return base.Visit(expression!);

        var parts = ExpressionSize.Of(expression);
        if (parts > TemplateLimits.ExpressionParts)
            throw new TemplateLimitException($"has an expression with more than {TemplateLimits.ExpressionParts} values, operators and filters");

        _parts += parts;
        _insideExpression = true;
        var rewritten = base.Visit(expression);
        _insideExpression = false;
        return rewritten;
    }

    protected override Statement VisitOutputStatement(OutputStatement outputStatement) => new EncodedOutput(Visit(outputStatement.Expression)!);

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement) =>
        new CaptureBlock(captureStatement.Identifier, Rewrite(captureStatement.Statements));

    protected override Statement VisitCycleStatement(CycleStatement cycleStatement) =>
        new CycleStatement(Visit(cycleStatement.Group)!, [.. cycleStatement.Values.Select(value => new EncodedText(Visit(value)!))]);

    protected override Statement VisitForStatement(ForStatement forStatement) => new ForStatement(
        Rewrite(forStatement.Statements),
        forStatement.Identifier,
        new PartOfList(Visit(forStatement.Source)!, Visit(forStatement.Limit), Visit(forStatement.Offset)),
        limit: null,
        offset: null,
        forStatement.Reversed,
        (ElseStatement?)Visit(forStatement.Else));

    protected override Statement VisitIfStatement(IfStatement ifStatement) => new IfStatement(
        Condition(ifStatement.Condition),
        Rewrite(ifStatement.Statements),
        (ElseStatement?)Visit(ifStatement.Else),
        [.. ifStatement.ElseIfs.Select(branch => (ElseIfStatement)Visit(branch)!)]);

    protected override Statement VisitElseIfStatement(ElseIfStatement elseIfStatement) =>
        new ElseIfStatement(Condition(elseIfStatement.Condition), Rewrite(elseIfStatement.Statements));

    protected override Statement VisitUnlessStatement(UnlessStatement unlessStatement) =>
        new UnlessStatement(Condition(unlessStatement.Condition), Rewrite(unlessStatement.Statements), (ElseStatement?)Visit(unlessStatement.Else));

    protected override Expression VisitContainsBinaryExpression(ContainsBinaryExpression containsBinaryExpression) =>
        new LinearContains(Visit(containsBinaryExpression.Left)!, Visit(containsBinaryExpression.Right)!);

    protected override Expression VisitRangeExpression(RangeExpression rangeExpression) =>
        new BoundedRange(Visit(rangeExpression.From)!, Visit(rangeExpression.To)!);

    protected override Expression VisitMemberExpression(MemberExpression memberExpression) => new VariableExpression(
        [.. memberExpression.Segments.Select(segment => segment is IndexerSegment indexer ? new IndexerSegment(Visit(indexer.Expression)) : segment)],
        strict: !_lenient);

    protected override Expression VisitFilterExpression(FilterExpression filterExpression)
    {
        if (!LiquidFilters.Names.Contains(filterExpression.Name))
            throw new TemplateLimitException($"uses the filter '{filterExpression.Name}', which there is not");

        var parameters = filterExpression.Parameters.Select(parameter => new FilterArgument(parameter.Name, Parameter(parameter.Expression))).ToArray();
        var input = filterExpression.Name == "default" ? Lenient(filterExpression.Input) : Visit(filterExpression.Input)!;
        return new FilterExpression(input, filterExpression.Name, parameters);
    }

    /// <summary>Rewrites an argument. A literal of the template is trusted: appending it does not make a text unencoded.</summary>
    private Expression Parameter(Expression expression) =>
        expression is LiteralExpression { Value: StringValue literal } ? new LiteralExpression(new StringValue(literal.ToStringValue(), encode: false)) : Visit(expression)!;

    private Expression Condition(Expression expression) => Lenient(expression);

    private Expression Lenient(Expression expression)
    {
        var before = _lenient;
        _lenient = true;
        var rewritten = Visit(expression)!;
        _lenient = before;
        return rewritten;
    }

    private IReadOnlyList<Statement> Rewrite(IReadOnlyList<Statement> statements) => [.. statements.Select(statement => Visit(statement)!)];
}
