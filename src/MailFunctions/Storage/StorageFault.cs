using System.Net.Sockets;
using Azure;
using Azure.Identity;

namespace MailFunctions.Storage;

/// <summary>Distinguishes failures of the storage service, which no mail caused, from our own.</summary>
internal static class StorageFault
{
    public static bool Is(Exception exception) => exception switch
    {
        // Any other 4xx means a request that we built wrongly: our own fault.
        RequestFailedException failed => failed.Status is 0 or 401 or 403 or 404 or 408 or 429 or >= 500,
        AggregateException many => many.InnerExceptions.All(Is),
        AuthenticationFailedException => true,
        // A connection that broke in the middle of an answer, during one of the call's tries.
        IOException or HttpRequestException or SocketException => true,
        // The SDK reports its network time-out as a cancellation that no caller asked for.
        TaskCanceledException => true,
        _ => false,
    };
}
