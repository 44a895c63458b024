namespace MailFunctions.Templates;

/// <summary>One error in a template or in its variables.</summary>
/// <param name="Place">A JSON pointer below the template: <c>/html</c>, or <c>/variables/user/name</c>.</param>
/// <param name="Message">A predicate whose subject is the place.</param>
internal sealed record TemplateFault(string Place, string Message)
{
    /// <param name="at">The place of the template in the request, such as <c>/template</c>.</param>
    public ProblemError ToError(string at) => new(Message, Pointer: at + Place);
}
