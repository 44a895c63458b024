using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Sandbox;

namespace MailFunctions.Delivery;

/// <summary>A mail that a worker is about to attempt. While it is claimed, the lease keeper replaces the row at each renewal.</summary>
internal sealed class ClaimedMail(LedgerRow row, EmailContent content, Addressees addressees)
{
    private LedgerRow _row = row;

    public LedgerRow Row
    {
        get => Volatile.Read(ref _row);
        set => Volatile.Write(ref _row, value);
    }

    public EmailContent Content { get; } = content;

    public Addressees Addressees { get; } = addressees;

    /// <summary>The sender and recipients that the relay receives before the content.</summary>
    public Envelope Envelope { get; } = new(addressees.Envelope.Sender, addressees.Envelope.Recipients, content.NeedsSmtpUtf8);

    /// <summary>Its claim was given back: the attempt does not count, and there is nothing to record.</summary>
    public bool IsGivenBack { get; set; }

    /// <summary>The reserved rate slot; null if the relay has no limits, and once the slot is used.</summary>
    public PacedSlot? Slot { get; set; }

    /// <summary>Its attempt is running over one of the group's connections.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>A failure after this point leaves open whether the mail was delivered.</summary>
    public bool DataMayHaveBegun { get; set; }

    /// <summary>It was claimed with others, so that their results can be compared.</summary>
    public bool HasCompany { get; set; }

    /// <summary>Set if its attempt came to nothing for a reason other than the mail, and need not count; null otherwise.</summary>
    public Unused? Unused { get; set; }

    /// <summary>Its outcome is known and about to be recorded.</summary>
    public bool IsSettled { get; set; }
}
