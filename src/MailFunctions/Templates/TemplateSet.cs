using MailFunctions.Http;

namespace MailFunctions.Templates;

/// <summary>The templates of one request, ready to render its mails in sequence.</summary>
/// <param name="memory">The request's share of the common memory; null charges nothing.</param>
/// <remarks>One instance per request, not safe for concurrent use: it counts the time and the characters of all renderings.</remarks>
internal sealed class TemplateSet(
    IReadOnlyDictionary<TemplateReference, LoadedTemplate> loaded, TimeProvider clock, HeldMemory? memory, CancellationToken cancellationToken)
{
    private readonly RenderMemory? _memory = memory is null ? null : new RenderMemory(memory);
    private TimeSpan _spent;
    private long _chars;

    private static TemplateFault Starved => new("", "is not rendered: there is no memory for it");

    /// <summary>The set of a request that names no template.</summary>
    public static TemplateSet Empty => new(new Dictionary<TemplateReference, LoadedTemplate>(), TimeProvider.System, null, CancellationToken.None);

    /// <summary>True when there was no memory for a rendered text: the request is valid and is to be retried.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>Renders one mail's template within <see cref="TemplateLimits"/>.</summary>
    /// <param name="reference">A reference that was loaded.</param>
    /// <param name="withSubject">False when the mail has its own subject, which takes precedence.</param>
    /// <returns>The parts and the version used; or null and the errors, each with its place below the mail's template.</returns>
    public (RenderedTemplate? Rendered, int Version, IReadOnlyList<TemplateFault> Faults) Render(TemplateReference reference, TemplateVariables variables, bool withSubject)
    {
        if (!loaded.TryGetValue(reference, out var template))
            return (null, 0, [new TemplateFault("", $"is one too many: a request may name {TemplateLimits.TemplatesPerRequest} templates")]);
        if (template.Template is null)
            return (null, 0, [template.Fault!]);
        if (IsStarved)
            return (null, 0, [Starved]);
        if (_spent > TemplateLimits.RequestTime)
            return (null, 0, [new TemplateFault("", $"is not rendered: those before it took {TemplateLimits.RequestTime.TotalSeconds:0} seconds")]);

        var began = clock.GetTimestamp();
        try
        {
            var (rendered, faults) = template.Template.Render(variables, withSubject, clock, _memory, cancellationToken);
            return rendered is not null && Count(CharsOf(rendered)) is { } fault ? (null, 0, [fault]) : (rendered, template.Version, faults);
        }
        catch (RenderMemoryException)
        {
            IsStarved = true;
            return (null, 0, [Starved]);
        }
        finally
        {
            _spent += clock.GetElapsedTime(began);
        }
    }

    /// <summary>Counts the characters of a text that was derived from the html of a mail.</summary>
    /// <returns>The error; null when there is room.</returns>
    public TemplateFault? CountText(int chars)
    {
        try
        {
            _memory?.Charge(chars);
            return Count(chars);
        }
        catch (RenderMemoryException)
        {
            IsStarved = true;
            return Starved;
        }
    }

    /// <summary>
    /// Counts the characters of all renderings: a short request can name a template with a large output a thousand times.
    /// </summary>
    private TemplateFault? Count(int chars)
    {
        if (_chars + chars > TemplateLimits.RequestChars)
            return new TemplateFault("", FormattableString.Invariant($"comes, with those before it, to more than {TemplateLimits.RequestChars:N0} characters: hand in fewer emails at a time"));
        _chars += chars;
        return null;
    }

    private static int CharsOf(RenderedTemplate rendered) => (rendered.Subject?.Length ?? 0) + (rendered.Text?.Length ?? 0) + (rendered.Html?.Length ?? 0);
}
