using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST recipients/erase</c>: the result of this one call.</summary>
/// <param name="Matched">Mails to the address that the call found.</param>
/// <param name="Erased">Mails that no longer name it: 0 in a dry run.</param>
/// <param name="Open">Mails that are open or on hold, and are not erased.</param>
/// <param name="Unreadable">Rows that this version of the app cannot read, whatever their recipients: they may still name
/// the address.</param>
/// <param name="Suppressed">True when the address is on the suppression list.</param>
/// <param name="Through">Mail accepted before this time has been searched, once a call reports that it is complete.</param>
/// <param name="Complete">True when there is no more mail to search.</param>
/// <param name="After">The cursor for the next call; null when it is complete.</param>
[Schema("ErasureAnswer")]
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
