using MailFunctions.Mail;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>
/// Addresses that take a course that is known beforehand: <c>bounced@sandbox.test</c>, or <c>bounced+anything@sandbox.test</c>
/// where several are needed. No relay ever hears of one: nothing below <c>.test</c> exists (RFC 6761 section 6.2).
/// </summary>
internal static class TestAddress
{
    public const string Domain = "sandbox.test";

    private const string AtDomain = "@" + Domain;

    private static readonly Dictionary<string, Course> Courses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["delivered"] = Course.Delivered,
        ["bounced"] = Course.Bounced,
        ["greylisted"] = Course.Greylisted,
        ["throttled"] = Course.Throttled,
        ["slow"] = Course.Slow,
        ["lost-reply"] = Course.LostReply,
    };

    /// <summary>Case does not matter, not even in what is no address that we know.</summary>
    public static bool Is(string mailbox) => mailbox.EndsWith(AtDomain, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a mail to it is not accepted; null when it is.</summary>
    public static string? FaultOf(string mailbox, bool sandboxIsOn) => (sandboxIsOn, CourseOf(mailbox)) switch
    {
        (false, _) => $"is a test address: {Domain} is reserved, and its addresses are taken only while {SandboxOptions.Section}:{nameof(SandboxOptions.Enabled)} is true",
        (true, null) => $"is no test address that is known: those at {Domain} are {string.Join(", ", Courses.Keys)}",
        _ => null,
    };

    /// <returns>Null when no course has this name.</returns>
    public static Course? CourseOf(string mailbox)
    {
        var name = mailbox.AsSpan(0, mailbox.LastIndexOf('@'));
        var label = name.IndexOf('+');
        return Courses.TryGetValue((label < 0 ? name : name[..label]).ToString(), out var course) ? course : null;
    }

    /// <summary>What the relay of that domain would answer, with the codes that are common in the field.</summary>
    /// <param name="attempt">From 1.</param>
    public static SmtpReply ReplyOf(string mailbox, int attempt) => CourseOf(mailbox) switch
    {
        Course.Delivered or Course.Slow => Accepted,
        Course.Greylisted when attempt == 1 => new(SmtpStage.RcptTo, 450, "4.7.1", "Greylisted, try again later"),
        Course.Throttled when attempt <= 2 => new(SmtpStage.RcptTo, 450, "4.7.0", "Too many mails for now, try again in 30 seconds"),
        Course.LostReply when attempt == 1 => new(SmtpStage.FinalDot, 0, null, "The connection was lost before the reply came."),
        Course.Greylisted or Course.Throttled or Course.LostReply => Accepted,
        _ => new(SmtpStage.RcptTo, 550, "5.1.1", "No such user here"),
    };

    private static SmtpReply Accepted { get; } = new(SmtpStage.FinalDot, 250, "2.0.0", "OK, taken by the sandbox");
}

internal enum Course
{
    /// <summary>Accepted at once.</summary>
    Delivered,

    /// <summary>There is no such mailbox.</summary>
    Bounced,

    /// <summary>Put off at the first attempt.</summary>
    Greylisted,

    /// <summary>Put off twice, with a delay that the reply names.</summary>
    Throttled,

    /// <summary>Accepted after a while.</summary>
    Slow,

    /// <summary>At the first attempt the connection is lost after the final dot.</summary>
    LostReply,
}
