using MailFunctions.Mail;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>
/// Addresses with a predetermined outcome: <c>bounced@sandbox.test</c>, or <c>bounced+anything@sandbox.test</c> where
/// several are needed. They never reach a relay: no domain below <c>.test</c> exists (RFC 6761 section 6.2).
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

    /// <summary>Recognises a test address, known or not; case does not matter.</summary>
    public static bool Is(string mailbox) => mailbox.EndsWith(AtDomain, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns why a mail to it is not accepted; null when it is.</summary>
    public static string? FaultOf(string mailbox, bool sandboxIsOn) => (sandboxIsOn, CourseOf(mailbox)) switch
    {
        (false, _) => $"is a test address: {Domain} is reserved, and its addresses are taken only while {SandboxOptions.Section}:{nameof(SandboxOptions.Enabled)} is true",
        (true, null) => $"is no test address that is known: those at {Domain} are {string.Join(", ", Courses.Keys)}",
        _ => null,
    };

    /// <returns>Null when no outcome has this name.</returns>
    public static Course? CourseOf(string mailbox)
    {
        var name = mailbox.AsSpan(0, mailbox.LastIndexOf('@'));
        var label = name.IndexOf('+');
        return Courses.TryGetValue((label < 0 ? name : name[..label]).ToString(), out var course) ? course : null;
    }

    /// <summary>Returns the reply of a relay for that address, with the codes that are common in practice.</summary>
    /// <param name="attempt">The number of the attempt, from 1.</param>
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

    /// <summary>The mailbox does not exist.</summary>
    Bounced,

    /// <summary>Deferred at the first attempt.</summary>
    Greylisted,

    /// <summary>Deferred twice, with a delay that the reply names.</summary>
    Throttled,

    /// <summary>Accepted after a while.</summary>
    Slow,

    /// <summary>The connection is lost after the final dot, at the first attempt.</summary>
    LostReply,
}
