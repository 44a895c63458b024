namespace MailFunctions.Templates;

/// <summary>One thing that is wrong with a template or with what it was given.</summary>
/// <param name="Place">A JSON pointer below the template: <c>/html</c>, or <c>/variables/user/name</c>.</param>
/// <param name="Message">A sentence about the place.</param>
internal sealed record TemplateFault(string Place, string Message)
{
    /// <param name="at">Where the template stands in the request, such as <c>/template</c>.</param>
    public ProblemError ToError(string at) => new(Message, Pointer: at + Place);
}
