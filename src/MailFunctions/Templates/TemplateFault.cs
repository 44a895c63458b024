using MailFunctions.Http.Requests;

namespace MailFunctions.Templates;

/// <summary>One error in a template or in its variables.</summary>
/// <param name="Place">A JSON pointer below the template: <c>/html</c>, or <c>/variables/user/name</c>.</param>
/// <param name="Message">A predicate whose subject is the place. What exceeds <see cref="MessageChars"/> is cut off.</param>
internal sealed record TemplateFault(string Place, string Message)
{
    /// <summary>UTF-16 code units of a message at most. An engine's own message may quote a value of any length.</summary>
    public const int MessageChars = 300;

    public string Message { get; } = ErrorList.Shorten(Message, MessageChars);

    /// <param name="at">The place of the template in the request, such as <c>/template</c>.</param>
    public ProblemError ToError(string at) => new(Message, Pointer: at + Place);
}
