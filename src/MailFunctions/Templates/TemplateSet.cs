namespace MailFunctions.Templates;

/// <summary>The templates of one request, ready to render its mails one after the other.</summary>
/// <remarks>For one request, and not for concurrent use: it counts the time that all renderings take.</remarks>
internal sealed class TemplateSet(IReadOnlyDictionary<TemplateReference, LoadedTemplate> loaded, TimeProvider clock, CancellationToken cancellationToken)
{
    private TimeSpan _spent;

    /// <summary>Of a request that names none.</summary>
    public static TemplateSet Empty { get; } = new(new Dictionary<TemplateReference, LoadedTemplate>(), TimeProvider.System, CancellationToken.None);

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
        if (_spent > TemplateLimits.RequestTime)
            return (null, 0, [new TemplateFault("", $"is not rendered: those before it took {TemplateLimits.RequestTime.TotalSeconds:0} seconds")]);

        var began = clock.GetTimestamp();
        var (rendered, faults) = template.Template.Render(variables, withSubject, clock, cancellationToken);
        _spent += clock.GetElapsedTime(began);
        return (rendered, template.Version, faults);
    }
}
