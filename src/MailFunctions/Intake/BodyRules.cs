using MailFunctions.Requests;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>Reads the bodies of a mail. Without a text of its own, a mail with html gets one that is made of it.</summary>
internal static class BodyRules
{
    /// <returns>Null when there is none, or when it is wrong.</returns>
    public static string? Read(RequestValue? value, ErrorList errors)
    {
        var body = value is null ? null : RequestFields.ReadText(value, EmailLimits.BodyChars, errors);
        if (body is null || !body.Contains('\0', StringComparison.Ordinal))
            return body;

        errors.Add(value!, "holds the character NUL, which no mail may hold");
        return null;
    }

    public static HtmlBody ReadHtml(RequestValue? value, ErrorList errors) => new(Read(value, errors));
}

/// <summary>The html of one mail, or of many: the text that is made of it is made once.</summary>
internal sealed class HtmlBody(string? html)
{
    private string? _text;

    public string? Html => html;

    /// <summary>Empty when the html shows no text.</summary>
    public string Text => _text ??= HtmlText.From(html ?? "");
}
