using MailFunctions.Http.Requests;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>What the mails of a request name and do not bring, looked up before they are read.</summary>
/// <remarks>For one request, and not for concurrent use.</remarks>
internal sealed record RequestLookups(TemplateSet Templates, FileSet Files)
{
    private readonly Dictionary<(RequestValue Template, bool WithSubject), (RenderedTemplate? Rendered, ErrorList Faults)> _rendered = [];

    private readonly Dictionary<RequestValue, (string? Text, string? Fault)> _texts = [];

    public static RequestLookups None => new(TemplateSet.Empty, FileSet.Empty);

    /// <summary>Renders a template of the request, once however often the request is read, and however many emails have it in common.</summary>
    /// <returns>Null with errors, each at its place.</returns>
    public RenderedTemplate? Render(RequestValue template, bool withSubject, ErrorList errors)
    {
        if (!_rendered.TryGetValue((template, withSubject), out var known))
        {
            var faults = new ErrorList(errors.MaySuggest ? RequestLimits.ListedErrors : 0);
            _rendered[(template, withSubject)] = known = (new TemplateRules(Templates, faults).Render(template, withSubject), faults);
        }

        errors.AddAll(known.Faults);
        return known.Rendered;
    }

    /// <summary>Makes the text of an html, once however often the request is read, and however many emails have it in common.</summary>
    /// <returns>Empty when the html shows no text; null with an error when all that the request makes is too much.</returns>
    public string? TextOf(RequestValue value, string html, ErrorList errors)
    {
        if (!_texts.TryGetValue(value, out var known))
        {
            var text = HtmlText.From(html);
            // As much as the html itself is part of what a body is taken to cost.
            var fault = Templates.CountText(Math.Max(0, text.Length - html.Length));
            _texts[value] = known = fault is null ? (text, null) : (null, fault.Message);
        }

        if (known.Fault is { } message)
            errors.Add(value, message);
        return known.Text;
    }

    /// <summary>The body itself, its emails, and their defaults: wherever the fields of a mail may stand. What is wrong is found later.</summary>
    public static IEnumerable<RequestValue> Mails(RequestValue root)
    {
        var emails = root.IsArray ? root : root.Member("emails");
        return (emails?.Items ?? []).Append(root).Append(root.Member("defaults")).OfType<RequestValue>();
    }
}
