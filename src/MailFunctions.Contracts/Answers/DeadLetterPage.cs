using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET dead-letters</c>: the first hundred unreadable queue messages.</summary>
[Schema("DeadLetters")]
public sealed record DeadLetterPage([MaxLength(100)] IReadOnlyList<DeadLetter> Data);

/// <param name="KeptAt">The time at which it was stored.</param>
/// <param name="Body">The message as text; bytes that are not UTF-8 are replaced.</param>
[Schema("DeadLetter")]
public sealed record DeadLetter(string Queue, string Id, DateTimeOffset KeptAt, string Reason, string Body);
