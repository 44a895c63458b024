using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>An invitation: a calendar object (RFC 5545) sent beside the bodies, for which mail programs show buttons.</summary>
/// <param name="Content">The text from <c>BEGIN:VCALENDAR</c> to <c>END:VCALENDAR</c>; at most 262,144 characters.</param>
[Schema("Calendar")]
public sealed record EmailCalendar([Length(1, 262_144)] string Content)
{
    /// <summary>
    /// A method of RFC 5546 in any case: PUBLISH, REQUEST, REPLY, ADD, CANCEL, REFRESH, COUNTER or DECLINECOUNTER. Optional if the
    /// content has a METHOD, which it must then equal.
    /// </summary>
    [MaxLength(32)]
    public string? Method { get; init; }

    /// <summary>The name under which the object is also attached as a file, such as <c>invite.ics</c>.</summary>
    [JsonPropertyName("filename"), Length(1, 255)]
    public string? FileName { get; init; }
}
