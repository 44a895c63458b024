using Azure.Core;
using Azure.Core.Pipeline;

namespace MailFunctions.Storage;

/// <summary>Passes every storage answer's Date header to the <see cref="StorageClock"/>.</summary>
internal sealed class StorageClockPolicy(StorageClock clock) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var sent = clock.GetLocalUtcNow();
        ProcessNext(message, pipeline);
        Observe(message, sent);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var sent = clock.GetLocalUtcNow();
        await ProcessNextAsync(message, pipeline);
        Observe(message, sent);
    }

    private void Observe(HttpMessage message, DateTimeOffset sent)
    {
        if (message.HasResponse && message.Response.Headers.Date is { } date)
            clock.Observe(sent, clock.GetLocalUtcNow(), date);
    }
}
