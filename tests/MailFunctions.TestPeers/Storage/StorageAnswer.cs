namespace MailFunctions.TestPeers.Storage;

/// <summary>What storage said to a request that reached it, whether or not the client was told.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">The HTTP status; of a transaction that failed, the status of the operation that failed it.</param>
public sealed record StorageAnswer(StorageRequest Request, int Status)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
