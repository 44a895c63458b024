namespace MailFunctions.Maintenance.Erasure;

/// <summary>What came of erasing one recipient from one mail.</summary>
internal enum ErasureResult
{
    /// <summary>It names the recipient no more.</summary>
    Done,

    /// <summary>It is not over, or awaits a person, and is left as it is.</summary>
    Open,

    /// <summary>This version of the app cannot read all of it: the row is left, so that it is found again.</summary>
    Unreadable,
}
