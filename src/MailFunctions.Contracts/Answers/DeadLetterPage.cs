namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET dead-letters</c>: the first hundred queue messages that nobody could read.</summary>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Data);

/// <param name="Body">The message as text; bytes that are no UTF-8 are replaced.</param>
public sealed record DeadLetter(string Queue, string Id, DateTimeOffset KeptAt, string Reason, string Body);
