namespace MailFunctions.Mail;

/// <summary>The name of a topic: what a recipient can leave without leaving everything.</summary>
internal static class TopicName
{
    public const int MaxChars = 64;

    /// <summary>Why a text is no name, as the rest of a sentence about it.</summary>
    public const string Fault = "is no name of a topic: 1 to 64 lower-case letters of ASCII, digits, underscores and dashes are allowed";

    public static bool IsValid(string text) => text.Length is > 0 and <= MaxChars && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-');
}
