using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>An invitation: a calendar object (RFC 5545) that travels beside the bodies, where mail programs show buttons for it.</summary>
/// <param name="Content">From BEGIN:VCALENDAR to END:VCALENDAR; at most 262,144 characters.</param>
public sealed record EmailCalendar(string Content)
{
    /// <summary>A method of RFC 5546, such as <c>REQUEST</c>; may be absent when the content has a METHOD, and is the same as that.</summary>
    public string? Method { get; init; }

    /// <summary>Attaches the object under this name, too, as in <c>invite.ics</c>.</summary>
    [JsonPropertyName("filename")]
    public string? FileName { get; init; }
}
