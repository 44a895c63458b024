using System.Runtime.CompilerServices;
using MailFunctions.Http.Requests;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>The templates and files that the mails of a request name, looked up before the mails are read.</summary>
/// <remarks>One instance per request; not safe for concurrent use.</remarks>
internal sealed record RequestLookups(TemplateSet Templates, FileSet Files)
{
    private readonly Dictionary<(RequestValue Template, bool WithSubject, bool WithLink), (RenderedTemplate? Rendered, ErrorList Faults)> _rendered = [];

    private readonly Dictionary<RequestValue, (string? Text, string? Fault)> _texts = [];

    private readonly Dictionary<(string Body, RequestValue Place, bool IsWished), ErrorList> _checked = new(new SameBody());

    public static RequestLookups None => new(TemplateSet.Empty, FileSet.Empty);

    /// <summary>Renders a template of the request only once, even if the request is read repeatedly or several emails share it.</summary>
    /// <param name="withLink">True when the mail has an unsubscribe link, whose placeholder is then a variable.</param>
    /// <returns>Null with errors, each at its place.</returns>
    public RenderedTemplate? Render(RequestValue template, bool withSubject, bool withLink, ErrorList errors)
    {
        if (!_rendered.TryGetValue((template, withSubject, withLink), out var known))
        {
            var faults = new ErrorList(errors.MaySuggest ? RequestLimits.ListedErrors : 0);
            _rendered[(template, withSubject, withLink)] = known = (new TemplateRules(Templates, faults).Render(template, withSubject, withLink), faults);
        }

        errors.AddAll(known.Faults);
        return known.Rendered;
    }

    /// <summary>Derives the text of an html only once, even if the request is read repeatedly or several emails share it.</summary>
    /// <returns>Empty when the html shows no text; null with an error when the texts of the request are too large in total.</returns>
    public string? TextOf(RequestValue value, string html, ErrorList errors)
    {
        if (!_texts.TryGetValue(value, out var known))
        {
            var text = HtmlText.From(html);
            // The length of the html itself is already covered by the charge for the body.
            var fault = Templates.CountText(Math.Max(0, text.Length - html.Length));
            _texts[value] = known = fault is null ? (text, null) : (null, fault.Message);
        }

        if (known.Fault is { } message)
            errors.Add(value, message);
        return known.Text;
    }

    /// <summary>Checks a body for what stands for the unsubscribe link, only once even if several emails share it.</summary>
    public void CheckPlaceholders(string? body, RequestValue place, bool isWished, ErrorList errors)
    {
        if (body is null)
            return;
        if (!_checked.TryGetValue((body, place, isWished), out var faults))
        {
            _checked[(body, place, isWished)] = faults = new ErrorList();
            new UnsubscribeRules(faults).CheckBody(body, place, isWished);
        }

        errors.AddAll(faults);
    }

    /// <summary>
    /// Returns the places that may hold the fields of a mail: the body itself, its emails, and their defaults. Errors are
    /// found later.
    /// </summary>
    public static IEnumerable<RequestValue> Mails(RequestValue root)
    {
        var emails = root.IsArray ? root : root.Member("emails");
        return (emails?.Items ?? []).Append(root).Append(root.Member("defaults")).OfType<RequestValue>();
    }

    /// <summary>Recognises a body by its object: comparing long texts would cost as much as searching them.</summary>
    private sealed class SameBody : IEqualityComparer<(string Body, RequestValue Place, bool IsWished)>
    {
        public bool Equals((string Body, RequestValue Place, bool IsWished) x, (string Body, RequestValue Place, bool IsWished) y) =>
            ReferenceEquals(x.Body, y.Body) && x.Place == y.Place && x.IsWished == y.IsWished;

        public int GetHashCode((string Body, RequestValue Place, bool IsWished) key) => HashCode.Combine(RuntimeHelpers.GetHashCode(key.Body), key.IsWished);
    }
}
