namespace MailFunctions.Intake;

/// <summary>The progress of a submission towards its commit: says what is certain when it fails.</summary>
internal sealed class CommitProgress
{
    private volatile bool _hasBegun;

    /// <summary>False while no row was sent to storage: then none of its mail is accepted. Otherwise some of it may be.</summary>
    public bool MayBeCommitted => _hasBegun;

    public void BeginCommit() => _hasBegun = true;
}
