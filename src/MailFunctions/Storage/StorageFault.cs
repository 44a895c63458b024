using System.Net.Sockets;
using Azure;
using Azure.Identity;

namespace MailFunctions.Storage;

/// <summary>Tells a fault of the storage service, which no mail is to blame for, from a fault of ours.</summary>
internal static class StorageFault
{
    public static bool Is(Exception exception) => exception switch
    {
        // 4xx other than these is a request that we built wrongly: our own fault.
        RequestFailedException failed => failed.Status is 0 or 401 or 403 or 404 or 408 or 429 or >= 500,
        AggregateException many => many.InnerExceptions.All(Is),
        AuthenticationFailedException => true,
        // A connection that broke in the middle of an answer, among the tries of one call.
        IOException or HttpRequestException or SocketException => true,
        // The SDK's network time-out surfaces as a cancellation that nobody asked for.
        TaskCanceledException => true,
        _ => false,
    };
}
