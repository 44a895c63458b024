using System.Net.Sockets;
using Azure;
using MailFunctions.Storage;

namespace MailFunctions.Tests.Storage;

public sealed class StorageFaultTests
{
    public static TheoryData<Exception, bool> Exceptions => new()
    {
        { new RequestFailedException(503, "busy"), true },
        { new RequestFailedException(0, "refused"), true },
        { new RequestFailedException(400, "we built it wrongly"), false },
        { new RequestFailedException(409, "conflict"), false },
        { new AggregateException(new HttpIOException(HttpRequestError.ResponseEnded), new RequestFailedException(0, "refused")), true },
        { new AggregateException(new SocketException(), new IOException(), new HttpRequestException()), true },
        { new AggregateException(new RequestFailedException(503, "busy"), new InvalidOperationException()), false },
        { new InvalidDataException("a row of ours"), false },
    };

    [Theory]
    [MemberData(nameof(Exceptions), DisableDiscoveryEnumeration = true)]
    public void A_fault_of_service_or_network_is_distinguished_from_one_of_ours(Exception exception, bool isFault) =>
        Assert.Equal(isFault, StorageFault.Is(exception));
}
