using System.ComponentModel;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST recipients/erase</c>: the address whose data is erased from all mail in a final state.</summary>
/// <param name="Address">Compared without regard to case.</param>
[Schema("Erasure")]
public sealed record RecipientErasure([Schema(SchemaNames.Address)] string Address)
{
    /// <summary>True to count only.</summary>
    [DefaultValue(true)]
    public bool DryRun { get; init; } = true;

    /// <summary>True to cancel, and then erase, open mail that can still be canceled and has no other recipient.</summary>
    [DefaultValue(false)]
    public bool CancelOpen { get; init; }

    /// <summary>True to delete the entry in the suppression list too, which is what keeps mail from the address: mail to it is sent again then.</summary>
    [DefaultValue(false)]
    public bool DeleteSuppression { get; init; }

    /// <summary>The cursor that the previous call returned; absent in the first call.</summary>
    public string? After { get; init; }
}
