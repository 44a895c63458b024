using System.Collections.Concurrent;
using System.Threading.Channels;
using Grpc.Core;
using MailFunctions.TestPeers.Functions.Rpc;
using RpcException = Grpc.Core.RpcException;

namespace MailFunctions.TestPeers.Functions;

/// <summary>The connection of one worker: questions of the host and the worker's answers, which bear the question's id.</summary>
internal sealed class WorkerLink(IServerStreamWriter<StreamingMessage> worker, Action<RpcLog> log)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _awaited = new();
    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the worker answers no more.</summary>
    public Task Gone => _gone.Task;

    /// <exception cref="WorkerGoneException">The connection ended before the answer.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question)
    {
        question.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited[question.RequestId] = answer;
        if (Gone.IsCompleted)
            Fail();
        else
            Tell(question);
        return await answer.Task;
    }

    /// <exception cref="WorkerGoneException">The connection has ended.</exception>
    public void Tell(StreamingMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message))
            throw new WorkerGoneException();
    }

    /// <summary>Until the worker ends its side, or goes.</summary>
    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> messages, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(cancellationToken);
        try
        {
            await foreach (var message in messages.ReadAllAsync(cancellationToken))
            {
                if (message.ContentCase == StreamingMessage.ContentOneofCase.RpcLog)
                    log(message.RpcLog);
                else if (_awaited.TryRemove(message.RequestId, out var answer))
                    answer.TrySetResult(message);
            }
        }
        catch (Exception exception) when (exception is IOException or RpcException or OperationCanceledException)
        {
            // It was killed.
        }
        finally
        {
            _outgoing.Writer.TryComplete();
            _gone.TrySetResult();
            Fail();
        }

        await writing;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
                await worker.WriteAsync(message, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or RpcException or IOException or OperationCanceledException)
        {
            // It has gone, which reading finds out.
        }
    }

    private void Fail()
    {
        foreach (var id in _awaited.Keys)
        {
            if (_awaited.TryRemove(id, out var answer))
                answer.TrySetException(new WorkerGoneException());
        }
    }
}
