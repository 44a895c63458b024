using Azure.Core;
using Azure.Core.Pipeline;

namespace MailFunctions.IntegrationTests.Statistics;

/// <summary>The process dies before its write number <paramref name="survives"/> + 1: that one and all later ones fail. Reads pass. Belongs before the retries.</summary>
internal sealed class DiesAtWrite(int survives) : HttpPipelinePolicy
{
    private int _writes;

    public bool Died { get; private set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request.Method != RequestMethod.Get && Interlocked.Increment(ref _writes) > survives)
        {
            Died = true;
            throw new CrashException();
        }

        await ProcessNextAsync(message, pipeline);
    }
}

internal sealed class CrashException : Exception;

/// <summary>Performs write number <paramref name="which"/> and drops the answer, so that the client tries it a second time. Belongs behind the retries.</summary>
internal sealed class DropsAnswer(int which) : HttpPipelinePolicy
{
    private int _writes;

    public bool Dropped { get; private set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Method != RequestMethod.Get && Interlocked.Increment(ref _writes) == which)
        {
            Dropped = true;
            throw new IOException("The connection was closed before the answer came.");
        }
    }
}
