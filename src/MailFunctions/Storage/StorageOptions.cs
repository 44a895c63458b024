namespace MailFunctions.Storage;

/// <summary>Section <c>MailFunctions:Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "MailFunctions:Storage";

    /// <summary>
    /// Create tables, queues and the container that are missing when the app starts. Default: only on an emulator; on
    /// Azure they belong to the deployment, and the app's identity need not have the right to create them.
    /// </summary>
    public bool? CreateMissing { get; set; }
}
