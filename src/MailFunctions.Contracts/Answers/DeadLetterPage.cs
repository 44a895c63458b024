namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET dead-letters</c>: the first hundred unreadable queue messages.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Data);

/// <param name="Body">The message as text; bytes that are not UTF-8 are replaced.</param>
public sealed record DeadLetter(string Queue, string Id, DateTimeOffset KeptAt, string Reason, string Body);
