namespace MailFunctions.Maintenance.Erasure;

/// <summary>The result of erasing one recipient from one mail.</summary>
internal enum ErasureResult
{
    /// <summary>The mail no longer names the recipient.</summary>
    Done,

    /// <summary>The mail is open or on hold, and is left unchanged.</summary>
    Open,

    /// <summary>This version of the app cannot read all of the mail: the row is kept, so that it is found again.</summary>
    Unreadable,
}
