using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>A caller's filter for a list of mails: a mail must match every field that is set.</summary>
internal sealed record EmailListQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>The time that a list covers without <c>from</c>.</summary>
    public static readonly TimeSpan DefaultLength = TimeSpan.FromDays(30);

    /// <summary>Empty for any state.</summary>
    public IReadOnlySet<EmailState> States { get; init; } = new HashSet<EmailState>();

    public Lane? Lane { get; init; }

    public Tag? Tag { get; init; }

    /// <summary>An address normalised by <see cref="RecipientHash.Normalise"/>.</summary>
    public string? Recipient { get; init; }

    /// <summary>A hash made by <see cref="Mail.RecipientHash.Of"/>.</summary>
    public string? RecipientHash { get; init; }

    /// <summary>The relay of the last claim.</summary>
    public string? Relay { get; init; }

    public EmailId? Batch { get; init; }

    /// <summary>The last reply to a recipient who has not received the mail.</summary>
    public ReplyFilter? Reply { get; init; }

    /// <summary>Accepted at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Tests whether the caller may see a mail; null when they may see all.</summary>
    public Func<LedgerRow, bool>? IsVisible { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>The place in the ledger where the list continues.</summary>
    public ScanCursor? AfterScan { get; init; }

    /// <summary>The place in the index of mails on hold where the list continues.</summary>
    public HeldCursor? AfterHeld { get; init; }

    /// <summary>True if only mails on hold are listed, which have an index.</summary>
    public bool AwaitsPerson => States.Count > 0 && States.All(state => state.AwaitsPerson());

    public bool Matches(LedgerRow row) =>
        IsVisible?.Invoke(row) != false
        && (States.Count == 0 || States.Contains(row.State))
        && (Lane ?? row.Lane) == row.Lane
        && (Batch ?? row.Batch) == row.Batch
        && (Relay ?? row.Relay) == row.Relay
        && (From is null || row.AcceptedAt >= From)
        && (To is null || row.AcceptedAt < To)
        && (Tag is null || row.Tags.Contains(Tag))
        && (Recipient is null || row.Recipients.Any(recipient => Mail.RecipientHash.Normalise(recipient.Mailbox) == Recipient))
        && (Reply is null || row.Recipients.Any(recipient => recipient.Status is not (RecipientStatus.Sent or RecipientStatus.Suppressed) && Reply.Fits(recipient)))
        && (RecipientHash is null || row.Recipients.Any(recipient => Mail.RecipientHash.Of(recipient.Mailbox) == RecipientHash));
}
