using MailFunctions.Requests;
using MailFunctions.Templates;

namespace MailFunctions.Intake;

/// <summary>What the mails of a request name and do not bring, looked up before they are read.</summary>
internal sealed record RequestLookups(TemplateSet Templates, FileSet Files)
{
    public static RequestLookups None { get; } = new(TemplateSet.Empty, FileSet.Empty);

    /// <summary>The body itself, its emails, and their defaults: wherever the fields of a mail may stand. What is wrong is found later.</summary>
    public static IEnumerable<RequestValue> Mails(RequestValue root)
    {
        var emails = root.IsArray ? root : root.Member("emails");
        return (emails?.Items ?? []).Append(root).Append(root.Member("defaults")).OfType<RequestValue>();
    }
}
