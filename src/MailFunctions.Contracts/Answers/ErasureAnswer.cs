using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST recipients/erase</c>: what this one call did.</summary>
/// <param name="Matched">Mails to the address that it met.</param>
/// <param name="Erased">Mails that name it no more: 0 in a dry run.</param>
/// <param name="Open">Mails that are not over, or await a person, and are left alone.</param>
/// <param name="Unreadable">Rows that this version of the app cannot read, to whomever: they may name the address still.</param>
/// <param name="Suppressed">The address is on the suppression list.</param>
/// <param name="Through">Mail that was accepted before it is looked through, once a call says that it is complete.</param>
/// <param name="Complete">There is no more to look through.</param>
/// <param name="After">For the next call; null when it is complete.</param>
public sealed record ErasureAnswer(
    bool DryRun,
    int Matched,
    int Erased,
    int Open,
    int Unreadable,
    bool Suppressed,
    DateTimeOffset Through,
    bool Complete,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);
