using System.Globalization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>
/// Reads a mail's <c>template</c>: its name, a version, and the variables, from which the subject and the bodies are
/// rendered.
/// </summary>
/// <param name="templates">The templates that <see cref="References"/> returned.</param>
internal sealed class TemplateRules(TemplateSet templates, ErrorList errors)
{
    /// <summary>The variable that is the unsubscribe link, in a mail that has one.</summary>
    private const string LinkVariable = "unsubscribe_url";

    private static readonly string[] Known = ["name", "id", "version", "variables"];

    /// <summary>
    /// Returns the templates that a request names in the body itself, in its emails and in their defaults; errors are found
    /// later.
    /// </summary>
    public static IEnumerable<TemplateReference> References(RequestValue root)
    {
        return RequestLookups.Mails(root)
            .Select(mail => mail.Member("template")).OfType<RequestValue>()
            .Select(template => ReadReference(template, new ErrorList(suggestions: 0))).OfType<TemplateReference>();
    }

    /// <param name="withSubject">False when the mail has its own subject, which takes precedence.</param>
    /// <param name="withLink">True when the mail has an unsubscribe link, whose placeholder is then a variable.</param>
    /// <returns>Null with errors, each at its place.</returns>
    public RenderedTemplate? Render(RequestValue template, bool withSubject, bool withLink)
    {
        if (ReadReference(template, errors) is not { } reference)
            return null;

        var wrong = new ErrorList();
        var variables = TemplateVariablesReader.Read(template.Member("variables") is { IsNull: false } given ? given : null, wrong);
        if (withLink && template.Member("variables")?.Member(LinkVariable) is { } taken)
            wrong.Add(taken, "cannot stand beside unsubscribe, which makes this variable");
        errors.AddAll(wrong);
        if (wrong.Any)
            return null;
        if (withLink)
            variables = variables.With(LinkVariable, UnsubscribeLink.Placeholder);

        var (rendered, _, faults) = templates.Render(reference, variables, withSubject);
        foreach (var fault in faults)
            Add(template, fault);
        return rendered is null ? null : rendered with { Name = reference.Name };
    }

    /// <summary>Adds an error. The parts of a template are not in the request, so their errors are reported at the template.</summary>
    private void Add(RequestValue template, TemplateFault fault)
    {
        var part = fault.Place.TrimStart('/');
        if (part is "subject" or "text" or "html")
            errors.Add(template, $"its {part} {fault.Message}");
        else
            errors.Add(template.Pointer + fault.Place, fault.Message);
    }

    private static TemplateReference? ReadReference(RequestValue template, ErrorList errors)
    {
        if (RequestFields.Of(template, errors, Known) is not { } fields)
            return null;

        var (name, id) = (fields.Optional("name"), fields.Optional("id"));
        if (name is null == id is null)
        {
            errors.Add(template, "needs either a name or an id, which is the same");
            return null;
        }

        var text = RequestFields.ReadText((name ?? id)!, EmailLimits.TagChars, errors);
        var version = ReadVersion(fields.Optional("version"), errors);
        return text is null || version is 0 ? null : new TemplateReference(text, version);
    }

    /// <returns>Null when absent, 0 with an error when invalid.</returns>
    private static int? ReadVersion(RequestValue? value, ErrorList errors)
    {
        if (value is null)
            return null;
        if (TryReadVersion(value, out var version))
            return version;
        errors.Add(value, "must be the number of a version, from 1");
        return 0;
    }

    public static bool TryReadVersion(RequestValue value, out int version) =>
        int.TryParse(value.Raw.Span, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;
}
