namespace MailFunctions.TestPeers.Storage;

public enum StorageService
{
    Blob,
    Queue,
    Table,
}
