using System.Collections.Concurrent;
using Grpc.Core;
using MailFunctions.TestPeers.Functions.Rpc;
using RpcException = Grpc.Core.RpcException;

namespace MailFunctions.TestPeers.Functions;

/// <summary>The host's side of the protocol: each worker opens one stream, and says first who it is.</summary>
internal sealed class WorkerLinks(Action<RpcLog> log) : FunctionRpc.FunctionRpcBase
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerLink>> _expected = new();

    /// <summary>Completes when the worker with this id has connected.</summary>
    public Task<WorkerLink> ExpectAsync(string workerId) =>
        _expected.GetOrAdd(workerId, _ => new TaskCompletionSource<WorkerLink>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.StartStream is not { } start)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The first message is not StartStream."));
        if (!_expected.TryRemove(start.WorkerId, out var expected))
            throw new RpcException(new Status(StatusCode.PermissionDenied, "This host has started no such worker."));

        var link = new WorkerLink(responseStream, log);
        expected.TrySetResult(link);
        await link.RunAsync(requestStream, context.CancellationToken);
    }
}
