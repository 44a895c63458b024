using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Sandbox;

namespace MailFunctions.Delivery;

/// <summary>One mail in the hands of its worker. While it is claimed, the keeper replaces the row with each renewal.</summary>
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

    /// <summary>What a relay hears of the mail before its content.</summary>
    public Envelope Envelope { get; } = new(addressees.Envelope.Sender, addressees.Envelope.Recipients, content.NeedsSmtpUtf8);

    /// <summary>Its claim is given back: the attempt never was, and there is nothing to record.</summary>
    public bool IsGivenBack { get; set; }

    /// <summary>Null where the relay has no limits, and once it is used.</summary>
    public PacedSlot? Slot { get; set; }

    /// <summary>Its attempt is being made over one of the window's connections.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>From here a failure leaves open whether the mail was delivered.</summary>
    public bool DataMayHaveBegun { get; set; }

    /// <summary>It was claimed with others, so that what they meet can be compared.</summary>
    public bool HasCompany { get; set; }

    /// <summary>Its attempt came to nothing for a reason that is not its own, and need not count; null otherwise.</summary>
    public Unused? Unused { get; set; }

    /// <summary>Its outcome is known and about to be recorded.</summary>
    public bool IsSettled { get; set; }
}
