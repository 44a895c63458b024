namespace MailFunctions.Templates;

/// <summary>The parts of a template; each is Liquid by itself.</summary>
internal enum TemplatePart
{
    Subject,
    Text,
    Html,
}

internal static class TemplateParts
{
    public static string Name(this TemplatePart part) => part switch
    {
        TemplatePart.Subject => "subject",
        TemplatePart.Text => "text",
        _ => "html",
    };

    public static string Pointer(this TemplatePart part) => "/" + part.Name();
}
