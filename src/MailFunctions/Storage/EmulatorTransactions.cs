using Azure.Core;
using Azure.Core.Pipeline;

namespace MailFunctions.Storage;

/// <summary>
/// Lets one table transaction at a time go to an emulator. Azurite 3.35 keeps what a rollback has to undo in one place for
/// all transactions: two that overlap, of which one fails, can lose rows of the other that it has acknowledged.
/// </summary>
/// <remarks>For one process and account; Azure Storage is not concerned.</remarks>
internal sealed class EmulatorTransactions : HttpPipelinePolicy, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Nothing here calls storage synchronously.</summary>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal) || !message.Request.Uri.ToUri().IsLoopback)
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        await _oneAtATime.WaitAsync(message.CancellationToken);
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }
}
