namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST recipients/erase</c>: whose data is to be erased from all mail that is over.</summary>
/// <param name="Address">Upper and lower case are the same.</param>
public sealed record RecipientErasure(string Address)
{
    /// <summary>Counts only.</summary>
    public bool DryRun { get; init; } = true;

    /// <summary>Mail that can still be canceled, and has no other recipient, is, and then erased.</summary>
    public bool CancelOpen { get; init; }

    /// <summary>Also from the suppression list, which is what keeps mail from the address.</summary>
    public bool DeleteSuppression { get; init; }

    /// <summary>What the call before gave; absent in the first.</summary>
    public string? After { get; init; }
}
