using MailFunctions.Mail;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Sandbox;

/// <summary>Decides whom an attempt mails. Pure: the same at each attempt, with the settings of the process that makes it.</summary>
internal sealed class SandboxRules
{
    private readonly AddressList? _allow;
    private readonly string? _divertTo;
    private readonly ReturnPaths _returnPaths;

    /// <param name="returnPaths">Null where each mail has the address in From.</param>
    public SandboxRules(IOptions<SandboxOptions> options, ReturnPaths? returnPaths = null)
    {
        _returnPaths = returnPaths ?? ReturnPaths.None;
        if (!options.Value.Enabled)
            return;
        _allow = AddressList.TryParse(options.Value.Allow, out var allow, out var faults) ? allow : throw new OptionsValidationException(nameof(SandboxOptions), typeof(SandboxOptions), faults);
        _divertTo = options.Value.DivertTo is { Length: > 0 } divertTo ? MailboxOf(divertTo) : null;
    }

    public bool IsOn => _allow is not null;

    /// <summary>Returns the addressees of a mail's next attempt, by its open recipients.</summary>
    public Addressees AddresseesOf(LedgerRow row)
    {
        var treatments = row.Recipients.Where(recipient => recipient.IsOpen).ToDictionary(recipient => recipient.Mailbox, recipient => TreatmentOf(recipient.Mailbox), StringComparer.Ordinal);
        return new Addressees(_returnPaths.Of(row.Sender), treatments, _divertTo);
    }

    /// <returns>Null when mail cannot be diverted to this address.</returns>
    internal static string? MailboxOf(string divertTo) =>
        AddressParser.TryParse(divertTo, out var address, out _) && address.DisplayName.Length == 0 && !TestAddress.Is(address.Mailbox) ? address.Mailbox : null;

    private Treatment TreatmentOf(string mailbox)
    {
        // Even with the sandbox off: a mail may have been accepted while it was on.
        if (TestAddress.Is(mailbox))
            return Treatment.Simulated;
        if (_allow is null || _allow.Contains(mailbox))
            return Treatment.Mailed;
        return _divertTo is null ? Treatment.Withheld : Treatment.Diverted;
    }
}

/// <summary>The treatment of one recipient in an attempt.</summary>
internal enum Treatment
{
    /// <summary>Its own address is in the envelope.</summary>
    Mailed,

    /// <summary>The address that mail is diverted to is in the envelope instead.</summary>
    Diverted,

    /// <summary>It gets nothing, and the result says so.</summary>
    Withheld,

    /// <summary>It is a test address, whose reply is simulated.</summary>
    Simulated,
}
