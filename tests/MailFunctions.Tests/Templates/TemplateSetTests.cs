using MailFunctions.Http;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

/// <summary>A short request that names a template which comes to much, again and again: what it comes to is bounded as a body is.</summary>
public sealed class TemplateSetTests
{
    private const int MiB = 1024 * 1024;

    private static readonly TemplateReference Big = new("big", null);

    [Fact]
    public void All_renderings_of_a_request_together_are_bounded()
    {
        var templates = Set(memory: null);
        var rendered = 0L;
        var faults = new List<TemplateFault>();

        while (faults.Count == 0)
        {
            var (one, _, found) = templates.Render(Big, TemplateVariables.None, withSubject: true);
            Assert.True(one is not null || found.Count > 0);
            rendered += (one?.Text?.Length ?? 0) + (one?.Html?.Length ?? 0) + (one?.Subject?.Length ?? 0);
            faults.AddRange(found);
        }

        Assert.InRange(rendered, TemplateLimits.RequestChars * 2 / 3, TemplateLimits.RequestChars);
        Assert.Contains("33,554,432 characters: hand in fewer emails at a time", faults[0].Message, StringComparison.Ordinal);
        Assert.False(templates.IsStarved);
    }

    [Fact]
    public void Rendered_text_takes_request_memory_and_returns_it_after_the_request()
    {
        var memory = new RequestMemory(25L * MiB * RequestMemory.Weight);
        using (var held = new HeldMemory(memory))
        {
            var templates = Set(held);

            Assert.NotNull(templates.Render(Big, TemplateVariables.None, withSubject: true).Rendered);
            Assert.InRange(memory.Free, 0, 16L * MiB * RequestMemory.Weight);
            Assert.NotNull(templates.Render(Big, TemplateVariables.None, withSubject: true).Rendered);
            Assert.Null(templates.Render(Big, TemplateVariables.None, withSubject: true).Rendered);
            Assert.True(templates.IsStarved);
        }

        Assert.Equal(25L * MiB * RequestMemory.Weight, memory.Free);
    }

    /// <summary>Its text comes to ten million characters.</summary>
    private static TemplateSet Set(HeldMemory? memory)
    {
        var parsed = new ParsedTemplate(new TemplateContent("Hello", $"{{% for i in (1..10000) %}}{new string('x', 1048)}{{% endfor %}}", null));
        return new TemplateSet(new Dictionary<TemplateReference, LoadedTemplate> { [Big] = new(1, parsed, null) }, TimeProvider.System, memory, TestContext.Current.CancellationToken);
    }
}
