namespace MailFunctions.Storage;

/// <summary>Section <c>MailFunctions:Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "MailFunctions:Storage";

    /// <summary>
    /// Create missing tables, queues and containers when the app starts. Default: only on an emulator; on Azure the
    /// deployment creates them, and the app's identity need not have the right to.
    /// </summary>
    public bool? CreateMissing { get; set; }
}
