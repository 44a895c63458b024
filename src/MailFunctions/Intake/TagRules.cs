using System.Globalization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>Reads the tags. They become part of the keys of the statistics, hence the narrow alphabet.</summary>
internal static class TagRules
{
    public static IReadOnlyList<Tag> Read(RequestValue? value, ErrorList errors)
    {
        if (value is null)
            return [];
        if (!value.IsArray)
        {
            errors.Add(value, $"must be an array, not {value.KindName}");
            return [];
        }

        if (value.Items.Count > EmailLimits.Tags)
        {
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Items.Count} tags: at most {EmailLimits.Tags} are allowed"));
            return [];
        }

        var tags = new List<Tag>();
        foreach (var item in value.Items)
        {
            if (RequestFields.Of(item, errors, "name", "value") is not { } fields)
                continue;

            var name = ReadWord(fields.Required("name"), errors);
            var text = ReadWord(fields.Required("value"), errors);
            if (name is not null && tags.Any(tag => tag.Name == name))
                errors.Add(item, $"has the name of another tag too: {ErrorList.Quote(name)}");
            else if (name is not null && text is not null)
                tags.Add(new Tag(name, text));
        }

        return tags;
    }

    private static string? ReadWord(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, EmailLimits.TagChars, errors) is not { } text)
            return null;
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            return text;

        errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"must have 1 to {EmailLimits.TagChars} of A-Z a-z 0-9 _ -"));
        return null;
    }
}
