using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.Contracts;

/// <summary>The body of every refusal, <c>application/problem+json</c> (RFC 9457), with its members in their order.</summary>
/// <param name="Type"><c>urn:mailfunctions:problem:</c> and the name.</param>
/// <param name="Title">A sentence that is the same for every problem of the name.</param>
/// <param name="Name">The stable name by which programs distinguish problems.</param>
/// <param name="Detail">Describes this occurrence, and what would be right.</param>
/// <param name="Errors">The individual errors with their places; the first hundred.</param>
[Schema("Problem")]
public sealed record ProblemDocument(
    [Schema(Rules = """{"format": "uri"}""")] string Type,
    string Title,
    int Status,
    [Words(typeof(ProblemName))] string Name,
    string? Detail,
    [MaxLength(100)] IReadOnlyList<ProblemError>? Errors);

/// <summary>One error and its place in the body or in the query.</summary>
/// <param name="Message">A sentence about the place: what is wrong, and what is allowed.</param>
/// <param name="Pointer">A JSON pointer into the body (RFC 6901); the empty string is the body itself.</param>
/// <param name="Parameter">The name of a query parameter, of a header, or of a part of the path.</param>
/// <param name="Index">The index of the email in a batch, from 0; absent when the error concerns all of them.</param>
[Schema("ProblemError")]
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The member's name in RFC 9457.")]
public sealed record ProblemError(string Message, string? Pointer = null, string? Parameter = null, [Range(0, int.MaxValue)] int? Index = null);
