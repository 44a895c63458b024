using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Sandbox;

namespace MailFunctions.Delivery;

/// <summary>A mail that a worker is about to attempt. While it is claimed, each renewal of its lease replaces the row.</summary>
/// <remarks>One thread at a time takes the steps; others may read.</remarks>
internal sealed class ClaimedMail(LedgerRow row, EmailContent content, Addressees addressees)
{
    private LedgerRow _row = row;
    private int _progress = (int)AttemptProgress.Loaded;
    private PacedSlot? _slot;

    public LedgerRow Row => Volatile.Read(ref _row);

    public EmailContent Content { get; } = content;

    public Addressees Addressees { get; } = addressees;

    /// <summary>The sender and recipients that the relay receives before the content.</summary>
    public Envelope Envelope { get; } = new(addressees.Envelope.Sender, addressees.Envelope.Recipients, content.NeedsSmtpUtf8);

    public AttemptProgress Progress => (AttemptProgress)Volatile.Read(ref _progress);

    /// <summary>It was claimed with others, so that their results can be compared.</summary>
    public bool HasCompany { get; private set; }

    /// <summary>This worker has written the claim.</summary>
    /// <param name="row">The row with the claim, as stored.</param>
    public void Claim(LedgerRow row, bool hasCompany)
    {
        Step(AttemptProgress.Claimed);
        HasCompany = hasCompany;
        Volatile.Write(ref _row, row);
    }

    /// <summary>The row of the claim was written again, or is about to be.</summary>
    public void Renew(LedgerRow row)
    {
        if (Progress == AttemptProgress.Loaded)
            throw new InvalidOperationException("The mail is not claimed.");
        Volatile.Write(ref _row, row);
    }

    /// <summary>Its attempt begins, over one of the group's connections.</summary>
    public void Begin() => Step(AttemptProgress.UnderWay);

    /// <summary>DATA may follow at once.</summary>
    public void BeginData() => Step(AttemptProgress.DataMayHaveBegun);

    /// <summary>Its outcome is known and about to be recorded.</summary>
    public void Settle() => Step(AttemptProgress.Settled);

    /// <summary>Its claim was given back.</summary>
    public void GiveBack() => Step(AttemptProgress.GivenBack);

    /// <summary>Keeps a rate slot for it.</summary>
    public void Reserve(PacedSlot slot) => _slot = slot;

    /// <summary>Uses up the slot that was reserved.</summary>
    /// <returns>The time of the slot; null if there is none at this relay.</returns>
    public DateTimeOffset? UseSlot(string relay)
    {
        var slot = _slot;
        _slot = null;
        return slot?.Relay == relay ? slot.Value.At : null;
    }

    private void Step(AttemptProgress to) => Volatile.Write(ref _progress, (int)AttemptSteps.Require(Progress, to));
}
