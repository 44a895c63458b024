namespace MailFunctions.Mail;

/// <summary>
/// One of two paths through the system, each with its own queue, trigger and limits: a code never waits for a newsletter.
/// </summary>
public enum Lane
{
    Transactional,
    Bulk,
}

public static class LaneNames
{
    public const string Transactional = EmailLane.Transactional;
    public const string Bulk = EmailLane.Bulk;

    public static string Name(this Lane lane) => lane switch
    {
        Lane.Transactional => Transactional,
        Lane.Bulk => Bulk,
        _ => throw new ArgumentOutOfRangeException(nameof(lane)),
    };

    public static bool TryParse(string? text, out Lane lane)
    {
        lane = text == Bulk ? Lane.Bulk : Lane.Transactional;
        return text is Transactional or Bulk;
    }

    public static Lane Parse(string text) =>
        TryParse(text, out var lane) ? lane : throw new FormatException($"'{text}' is not a lane.");
}
