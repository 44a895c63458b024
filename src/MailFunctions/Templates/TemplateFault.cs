namespace MailFunctions.Templates;

/// <summary>One error in a template or in its variables.</summary>
/// <param name="Place">A JSON pointer below the template: <c>/html</c>, or <c>/variables/user/name</c>.</param>
/// <param name="Message">A predicate whose subject is the place. What exceeds <see cref="MessageChars"/> is cut off.</param>
internal sealed record TemplateFault(string Place, string Message)
{
    /// <summary>UTF-16 code units of a message at most. An engine's own message may quote a value of any length.</summary>
    public const int MessageChars = 300;

    public string Message { get; } = Shorten(Message, MessageChars);

    /// <summary>Cuts a text that is too long, and marks the cut with an ellipsis, within the bound.</summary>
    public static string Shorten(string text, int chars)
    {
        if (text.Length <= chars)
            return text;
        var end = char.IsHighSurrogate(text[chars - 2]) ? chars - 2 : chars - 1;
        return text[..end] + "…";
    }

    /// <param name="at">The place of the template in the request, such as <c>/template</c>.</param>
    public ProblemError ToError(string at) => new(Message, Pointer: at + Place);
}
