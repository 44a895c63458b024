using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>A label of an email by which the statistics are grouped: letters, digits, <c>_</c> and <c>-</c>.</summary>
[Schema("Tag")]
public sealed record EmailTag(
    [Length(1, 256), RegularExpression("^[A-Za-z0-9_-]+$")] string Name,
    [Length(1, 256), RegularExpression("^[A-Za-z0-9_-]+$")] string Value);
