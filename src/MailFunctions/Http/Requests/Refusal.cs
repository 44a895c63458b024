namespace MailFunctions.Http.Requests;

/// <param name="Field">The field of the email that the message concerns.</param>
internal sealed record Refusal(string Field, string Message);
