namespace MailFunctions.Templates;

/// <summary>The name of a template, which is its id: used in URLs, in storage keys and in mails.</summary>
internal static class TemplateName
{
    public const string Rule = "must have 1 to 64 of a-z 0-9 - _ . and begin with a letter or a digit";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= TemplateLimits.NameChars
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
}
