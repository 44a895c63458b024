using MailFunctions.Http;

namespace MailFunctions.Templates;

/// <summary>The templates of one request, ready to render its mails one after the other.</summary>
/// <param name="memory">What the request takes of the memory for all; null counts nothing.</param>
/// <remarks>For one request, and not for concurrent use: it counts the time that all renderings take, and what they come to.</remarks>
internal sealed class TemplateSet(
    IReadOnlyDictionary<TemplateReference, LoadedTemplate> loaded, TimeProvider clock, HeldMemory? memory, CancellationToken cancellationToken)
{
    private readonly RenderMemory? _memory = memory is null ? null : new RenderMemory(memory);
    private TimeSpan _spent;
    private long _chars;

    private static TemplateFault Starved => new("", "is not rendered: there is no memory for it");

    /// <summary>Of a request that names none.</summary>
    public static TemplateSet Empty => new(new Dictionary<TemplateReference, LoadedTemplate>(), TimeProvider.System, null, CancellationToken.None);

    /// <summary>There was no room for what a template came to: the request is to be tried again, and nothing is wrong with it.</summary>
    public bool IsStarved { get; private set; }

    /// <summary>Renders one mail's template within <see cref="TemplateLimits"/>.</summary>
    /// <param name="reference">One of those that were loaded.</param>
    /// <param name="withSubject">False when the mail has a subject of its own, which wins.</param>
    /// <returns>The parts and the version used; or null and what is wrong, each with its place below the mail's template.</returns>
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

    /// <summary>Counts what a text has beyond the html of a mail that it was made of.</summary>
    /// <returns>What is wrong; null when there is room.</returns>
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

    /// <summary>A short request can name a template that comes to much, a thousand times.</summary>
    private TemplateFault? Count(int chars)
    {
        if (_chars + chars > TemplateLimits.RequestChars)
            return new TemplateFault("", FormattableString.Invariant($"comes, with those before it, to more than {TemplateLimits.RequestChars:N0} characters: hand in fewer emails at a time"));
        _chars += chars;
        return null;
    }

    private static int CharsOf(RenderedTemplate rendered) => (rendered.Subject?.Length ?? 0) + (rendered.Text?.Length ?? 0) + (rendered.Html?.Length ?? 0);
}
