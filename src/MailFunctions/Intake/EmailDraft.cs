using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>A valid request, parsed: everything that accepting needs, and nothing that is still text to be checked.</summary>
internal sealed record EmailDraft
{
    /// <summary>Which of the emails of its request it is, from 0.</summary>
    public int Index { get; init; }

    public required EmailContent Content { get; init; }

    /// <summary>Beside the content, so that it cannot get into the message. The same mailbox may be in several lists.</summary>
    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    public Lane Lane { get; init; }

    /// <summary>Null: at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Null when the caller leaves it to the lane.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null when the caller leaves it to the configuration.</summary>
    public UncertainPolicy? OnUncertain { get; init; }
}
