using Fluid;

namespace MailFunctions.Templates;

/// <summary>The state of rendering one part: its variables, the missing ones, and the remaining budget.</summary>
internal sealed class RenderContext : TemplateContext
{
    private readonly TimeProvider _clock;
    private readonly CancellationToken _canceled;
    private readonly long _began;
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private int _evaluations = TemplateLimits.Evaluations;
    private long _filteredChars = TemplateLimits.FilteredChars;

    public RenderContext(TemplateOptions options, TemplateVariables variables, TimeProvider clock, CancellationToken canceled)
        : base(options)
    {
        _clock = clock;
        _canceled = canceled;
        _began = clock.GetTimestamp();
        Now = clock.GetUtcNow;
        foreach (var (name, value) in variables.Values)
            SetValue(name, value);
    }

    /// <summary>The variables that were needed but not given, as the template writes them, in the order in which they were met.</summary>
    public IReadOnlyCollection<string> Missing => _missing;

    public void Miss(string path)
    {
        if (_missing.Count < TemplateLimits.NamedMissing)
            _missing.Add(path);
    }

    /// <summary>Charges the cost of a statement before it runs.</summary>
    public void ChargeStatement(int parts)
    {
        if ((_evaluations -= parts) < 0)
            throw new TemplateLimitException(FormattableString.Invariant($"evaluates more than {TemplateLimits.Evaluations:N0} values"));
        CheckTime();
    }

    /// <summary>Charges characters before a filter reads them or makes them.</summary>
    public void ChargeChars(long chars)
    {
        if ((_filteredChars -= chars) < 0)
            throw new TemplateLimitException(FormattableString.Invariant($"has filters and captures work on more than {TemplateLimits.FilteredChars:N0} characters"));
        CheckTime();
    }

    public static void CheckItems(long items)
    {
        if (items > TemplateLimits.ListItems)
            throw new TemplateLimitException(FormattableString.Invariant($"makes a list of more than {TemplateLimits.ListItems:N0} items"));
    }

    private void CheckTime()
    {
        _canceled.ThrowIfCancellationRequested();
        if (_clock.GetElapsedTime(_began) > TemplateLimits.RenderTime)
            throw new TemplateLimitException(FormattableString.Invariant($"takes longer than {TemplateLimits.RenderTime.TotalSeconds:0} seconds"));
    }
}
