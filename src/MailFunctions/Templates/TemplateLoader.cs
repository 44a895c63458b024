using MailFunctions.Http;

namespace MailFunctions.Templates;

/// <summary>Reads each template that the mails of one request name once, so that rendering needs no storage calls.</summary>
internal sealed class TemplateLoader(TemplateStore store, TemplateCache cache, TimeProvider clock)
{
    private const int AtOnce = 8;

    /// <param name="references">The references of the mails; repetitions cost nothing.</param>
    /// <param name="mayUse">Tests whether the caller may use a template of a name.</param>
    /// <param name="memory">The request's share of the common memory; null charges nothing.</param>
    public async Task<TemplateSet> LoadAsync(IEnumerable<TemplateReference> references, Func<string, bool> mayUse, HeldMemory? memory, CancellationToken cancellationToken)
    {
        var distinct = references.Distinct().Take(TemplateLimits.TemplatesPerRequest + 1).ToList();
        var loaded = new Dictionary<TemplateReference, LoadedTemplate>();
        foreach (var some in distinct.Take(TemplateLimits.TemplatesPerRequest).Chunk(AtOnce))
        {
            var found = await Task.WhenAll(some.Select(reference => LoadAsync(reference, mayUse, cancellationToken)));
            foreach (var (reference, template) in some.Zip(found))
                loaded[reference] = template;
        }

        return new TemplateSet(loaded, clock, memory, cancellationToken);
    }

    private async Task<LoadedTemplate> LoadAsync(TemplateReference reference, Func<string, bool> mayUse, CancellationToken cancellationToken)
    {
        if (!mayUse(reference.Name))
            return LoadedTemplate.Missing(new TemplateFault("/name", "is not a template that this API key may use"));
        if (await store.ReadHeadAsync(reference.Name, cancellationToken) is not { } head)
            return LoadedTemplate.Missing(new TemplateFault("/name", "is the name of no template"));

        var version = reference.Version ?? head.Version;
        if (!head.Has(version))
            return LoadedTemplate.Missing(new TemplateFault("/version", FormattableString.Invariant($"is no version of this template, whose newest is {head.Version}")));
        if (cache.Find(head.Name, version) is { } known)
            return new LoadedTemplate(version, known, null);

        // The template may have been deleted since its head was read.
        if ((await store.ReadAsync(head.Name, version, cancellationToken)).Version is not { } read)
            return LoadedTemplate.Missing(new TemplateFault("/name", "is the name of no template"));
        var parsed = new ParsedTemplate(read.Content);
        cache.Add(head.Name, version, parsed, read.Content.Chars);
        return new LoadedTemplate(version, parsed, null);
    }
}

/// <summary>A version, or the reason why there is none.</summary>
internal sealed record LoadedTemplate(int Version, ParsedTemplate? Template, TemplateFault? Fault)
{
    public static LoadedTemplate Missing(TemplateFault fault) => new(0, null, fault);
}
