using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>An invitation: a calendar object (RFC 5545) sent beside the bodies, for which mail programs show buttons.</summary>
/// <param name="Content">The text from BEGIN:VCALENDAR to END:VCALENDAR; at most 262,144 characters.</param>
public sealed record EmailCalendar(string Content)
{
    /// <summary>A method of RFC 5546, such as <c>REQUEST</c>. Optional if the content has a METHOD, which it must then equal.</summary>
    public string? Method { get; init; }

    /// <summary>The name under which the object is also attached as a file, such as <c>invite.ics</c>.</summary>
    [JsonPropertyName("filename")]
    public string? FileName { get; init; }
}
