namespace MailFunctions.Templates;

/// <summary>The parsed parts of a template.</summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class ParsedTemplate
{
    private readonly TemplateContent _content;
    private readonly LiquidTemplate? _subject;
    private readonly LiquidTemplate? _text;
    private readonly LiquidTemplate? _html;

    /// <summary>Parses every part and collects the faults of each.</summary>
    public ParsedTemplate(TemplateContent content)
    {
        _content = content;
        var faults = new List<TemplateFault>();
        _subject = Parse(TemplatePart.Subject, content.Subject, faults);
        _text = Parse(TemplatePart.Text, content.Text, faults);
        _html = Parse(TemplatePart.Html, content.Html, faults);
        Faults = faults;
    }

    public IReadOnlyList<TemplateFault> Faults { get; }

    /// <summary>Renders without charging the memory that all requests share.</summary>
    public (RenderedTemplate? Rendered, IReadOnlyList<TemplateFault> Faults) Render(TemplateVariables variables, bool withSubject, TimeProvider clock, CancellationToken cancellationToken = default) =>
        Render(variables, withSubject, clock, memory: null, cancellationToken);

    /// <param name="withSubject">False when the mail has its own subject: variables missing from the template's subject are
    /// then no fault.</param>
    /// <param name="memory">Null charges nothing.</param>
    /// <exception cref="RenderMemoryException">There is no memory for the text at this moment.</exception>
    /// <returns>The parts, or null and the faults of all parts.</returns>
    public (RenderedTemplate? Rendered, IReadOnlyList<TemplateFault> Faults) Render(TemplateVariables variables, bool withSubject, TimeProvider clock, RenderMemory? memory, CancellationToken cancellationToken)
    {
        var faults = new List<TemplateFault>(Faults);
        var subject = withSubject ? Render(_subject, variables, clock, faults, memory, cancellationToken) : null;
        var text = Render(_text, variables, clock, faults, memory, cancellationToken);
        var html = Render(_html, variables, clock, faults, memory, cancellationToken);
        if (faults.Count > 0)
            return (null, faults);

        if (_content.Text is null && html is not null)
        {
            memory?.Charge(html.Length);
            text = HtmlText.From(html);
            memory?.Charge(Math.Max(0, text.Length - html.Length));
        }

        return (new RenderedTemplate(subject, string.IsNullOrEmpty(text) ? null : text, string.IsNullOrEmpty(html) ? null : html), []);
    }

    private static LiquidTemplate? Parse(TemplatePart part, string? source, List<TemplateFault> faults)
    {
        if (source is null)
            return null;
        if (!LiquidTemplate.TryParse(part, source, out var template, out var fault))
            faults.Add(fault);
        return template;
    }

    private static string? Render(LiquidTemplate? part, TemplateVariables variables, TimeProvider clock, List<TemplateFault> faults, RenderMemory? memory, CancellationToken cancellationToken)
    {
        if (part is null)
            return null;
        var (text, found) = part.Render(variables, clock, memory, cancellationToken);
        faults.AddRange(found);
        return text;
    }
}

/// <summary>The rendered parts of a template, as they are sent in a mail.</summary>
/// <param name="Text">Derived from the html where the template has no text of its own; null when there is none.</param>
internal sealed record RenderedTemplate(string? Subject, string? Text, string? Html)
{
    /// <summary>The name by which the mail asked for it; null where no mail did.</summary>
    public string? Name { get; init; }
}
