using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.Contracts;

/// <summary>The body of every refusal, <c>application/problem+json</c> (RFC 9457), with its members in their order.</summary>
/// <param name="Name">What programs tell problems apart by, one of <see cref="ProblemName"/>; stable.</param>
/// <param name="Detail">What is wrong this time, and what would be right.</param>
/// <param name="Errors">Each thing that is wrong, with its place; the first hundred.</param>
public sealed record ProblemDocument(string Type, string Title, int Status, string Name, string? Detail, IReadOnlyList<ProblemError>? Errors);

/// <summary>One thing that is wrong, and where: in the body or in the query.</summary>
/// <param name="Message">A sentence about the place: what is wrong, and what is allowed.</param>
/// <param name="Pointer">A JSON pointer into the body (RFC 6901); the empty string is the body itself.</param>
/// <param name="Parameter">The name of a query parameter, or of a header.</param>
/// <param name="Index">In a batch, the email that it is about, from 0; absent where it is about all of them.</param>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The member's name in RFC 9457.")]
public sealed record ProblemError(string Message, string? Pointer = null, string? Parameter = null, int? Index = null);
