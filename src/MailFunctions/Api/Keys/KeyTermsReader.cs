using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys;

namespace MailFunctions.Api.Keys;

/// <summary>Reads the terms of a key from a body. <see cref="KeyRules"/> checks what they mean.</summary>
internal static class KeyTermsReader
{
    public const int MaxValues = 8 * KeyRules.MostEntries;

    private const int EntryChars = 1024;

    /// <param name="before">The terms that stand: what the body leaves out stays as it is. Null for a new key.</param>
    public static OrProblem<KeyTerms> Read(RequestDocument document, KeyTerms? before)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var root = document.Root;
        if (RequestFields.Of(root, errors, "name", "rights", "senders", "recipients", "lanes", "headers", "templates", "networks", "quotas", "not_before", "expires_at") is not { } fields)
            return errors.ToProblem();

        var standing = before ?? new KeyTerms();
        var terms = new KeyTerms
        {
            Name = Field("name") is { } name ? RequestFields.ReadText(name, EntryChars, errors) ?? "" : standing.Name,
            Rights = List("rights", standing.Rights),
            Senders = List("senders", standing.Senders),
            Recipients = List("recipients", standing.Recipients),
            Lanes = List("lanes", standing.Lanes),
            Headers = List("headers", standing.Headers),
            Templates = List("templates", standing.Templates),
            Networks = List("networks", standing.Networks),
            Quotas = List("quotas", standing.Quotas),
            NotBefore = Time("not_before", standing.NotBefore),
            ExpiresAt = Time("expires_at", standing.ExpiresAt),
        };
        return errors.Any ? errors.ToProblem() : terms;

        RequestValue? Field(string field) => before is null && field is "name" or "rights" or "senders" ? fields.Required(field) : fields.Optional(field);

        IReadOnlyList<string> List(string field, IReadOnlyList<string> otherwise) => Field(field) is { } value ? ReadList(value, errors) : otherwise;

        DateTimeOffset? Time(string field, DateTimeOffset? otherwise) =>
            root.Member(field) is { IsNull: true } ? null : fields.Optional(field) is { } value ? RequestInstant.ReadBound(value, errors) : otherwise;
    }

    private static string[] ReadList(RequestValue value, ErrorList errors)
    {
        if (value.IsArray)
            return [.. value.Items.Select(item => RequestFields.ReadText(item, EntryChars, errors)).OfType<string>()];
        errors.Add(value, $"must be an array of strings, not {value.KindName}");
        return [];
    }
}
