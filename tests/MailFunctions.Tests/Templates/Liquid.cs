using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

/// <summary>Short ways to parse and render one part.</summary>
internal static class Liquid
{
    public static TemplateVariables Variables(string json)
    {
        var errors = new ErrorList();
        var outline = RequestOutline.Parse(Encoding.UTF8.GetBytes(json), errors, EmailLimits.JsonValues);
        Assert.True(outline.Succeeded, outline.Problem?.Detail);
        var variables = TemplateVariablesReader.Read(outline.Value, errors);
        Assert.False(errors.Any, errors.Any ? errors.ToProblem().Detail : "");
        return variables;
    }

    public static LiquidTemplate Parse(string source, TemplatePart part = TemplatePart.Html)
    {
        Assert.True(LiquidTemplate.TryParse(part, source, out var template, out var fault), fault?.Message);
        return template;
    }

    public static string Html(string source, string variables = "{}") => Render(TemplatePart.Html, source, variables);

    public static string Text(string source, string variables = "{}") => Render(TemplatePart.Text, source, variables);

    public static string Render(TemplatePart part, string source, string variables = "{}")
    {
        var (text, faults) = Parse(source, part).Render(Variables(variables), TimeProvider.System);
        Assert.True(text is not null, string.Join("; ", faults.Select(fault => fault.Message)));
        return text;
    }

    /// <summary>What is wrong, at the parse or at the rendering.</summary>
    public static IReadOnlyList<TemplateFault> Faults(string source, string variables = "{}", TemplatePart part = TemplatePart.Html)
    {
        if (!LiquidTemplate.TryParse(part, source, out var template, out var fault))
            return [fault];
        var (text, faults) = template.Render(Variables(variables), TimeProvider.System);
        Assert.True(text is null == faults.Count > 0);
        return faults;
    }
}
