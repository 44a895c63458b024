using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>Which mails a caller wants listed: those that fit everything that is set.</summary>
internal sealed record EmailListQuery
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    /// <summary>Without <c>from</c> a list goes back so far.</summary>
    public static readonly TimeSpan DefaultLength = TimeSpan.FromDays(30);

    /// <summary>Empty: any.</summary>
    public IReadOnlySet<EmailState> States { get; init; } = new HashSet<EmailState>();

    public Lane? Lane { get; init; }

    public Tag? Tag { get; init; }

    /// <summary>An address as <see cref="RecipientHash.Normalise"/> has it.</summary>
    public string? Recipient { get; init; }

    /// <summary>As <see cref="Mail.RecipientHash.Of"/> has it.</summary>
    public string? RecipientHash { get; init; }

    /// <summary>The relay of the last claim.</summary>
    public string? Relay { get; init; }

    public EmailId? Batch { get; init; }

    /// <summary>What a relay said last of a recipient who has not got it.</summary>
    public ReplyFilter? Reply { get; init; }

    /// <summary>Accepted at it or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before it.</summary>
    public DateTimeOffset? To { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Where to go on in the ledger.</summary>
    public ScanCursor? AfterScan { get; init; }

    /// <summary>Where to go on in the index of the mails that await a person.</summary>
    public HeldCursor? AfterHeld { get; init; }

    /// <summary>Only mails that await a person: there is an index of them.</summary>
    public bool AwaitsPerson => States.Count > 0 && States.All(state => state.AwaitsPerson());

    public bool Matches(LedgerRow row) =>
        (States.Count == 0 || States.Contains(row.State))
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
