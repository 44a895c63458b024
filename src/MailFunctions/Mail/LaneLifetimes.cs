namespace MailFunctions.Mail;

/// <summary>How long after its accept, or after its scheduled time, a mail of each lane is tried when it names no expiry itself.</summary>
internal sealed record LaneLifetimes(TimeSpan Transactional, TimeSpan Bulk)
{
    public TimeSpan Of(Lane lane) => lane == Lane.Bulk ? Bulk : Transactional;
}
