using System.Text.Json;
using MailFunctions.Delivery;

namespace MailFunctions.Tests.App;

/// <summary>What the pipeline takes for granted of the host that runs it.</summary>
public sealed class HostJsonTests
{
    [Fact]
    public void A_message_is_put_back_at_the_last_try_but_one_of_the_host()
    {
        using var host = JsonDocument.Parse(Repository.Text("host.json"));
        var queues = host.RootElement.GetProperty("extensions").GetProperty("queues");

        Assert.Equal(Deliverer.LastTry, queues.GetProperty("maxDequeueCount").GetInt32() - 1);
        Assert.Equal("none", queues.GetProperty("messageEncoding").GetString());
    }
}
