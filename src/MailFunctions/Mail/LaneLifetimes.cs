namespace MailFunctions.Mail;

/// <summary>The time after its accept, or its scheduled time, in which a mail of each lane is tried if it names no expiry itself.</summary>
internal sealed record LaneLifetimes(TimeSpan Transactional, TimeSpan Bulk)
{
    public TimeSpan Of(Lane lane) => lane == Lane.Bulk ? Bulk : Transactional;
}
