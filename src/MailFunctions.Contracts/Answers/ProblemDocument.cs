using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.Contracts;

/// <summary>The body of every refusal, <c>application/problem+json</c> (RFC 9457), with its members in their order.</summary>
/// <param name="Name">The stable name by which programs distinguish problems, one of <see cref="ProblemName"/>.</param>
/// <param name="Detail">Describes this occurrence, and what would be right.</param>
/// <param name="Errors">The individual errors with their places; the first hundred.</param>
public sealed record ProblemDocument(string Type, string Title, int Status, string Name, string? Detail, IReadOnlyList<ProblemError>? Errors);

/// <summary>One error and its place in the body or in the query.</summary>
/// <param name="Message">A sentence about the place: what is wrong, and what is allowed.</param>
/// <param name="Pointer">A JSON pointer into the body (RFC 6901); the empty string is the body itself.</param>
/// <param name="Parameter">The name of a query parameter, or of a header.</param>
/// <param name="Index">The index of the email in a batch, from 0; absent when the error concerns all of them.</param>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The member's name in RFC 9457.")]
public sealed record ProblemError(string Message, string? Pointer = null, string? Parameter = null, int? Index = null);
