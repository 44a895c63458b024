using Azure;
using Azure.Storage.Queues.Models;

namespace MailFunctions.LocalHost.Queues;

internal static class StorageErrors
{
    /// <summary>
    /// The message was deleted, or its receipt is no longer the newest: another worker settles it. Azurite answers 400 to
    /// a stale receipt, Azure 404.
    /// </summary>
    public static bool IsGoneOrTaken(this RequestFailedException failure) =>
        failure.Status is StatusCodes.Status404NotFound
        || failure.ErrorCode == QueueErrorCode.PopReceiptMismatch
        || failure.ErrorCode == QueueErrorCode.MessageNotFound
        || failure is { Status: StatusCodes.Status400BadRequest, ErrorCode: "InvalidQueryParameterValue" };

    public static bool IsMissingQueue(this RequestFailedException failure) => failure.ErrorCode == QueueErrorCode.QueueNotFound;
}
