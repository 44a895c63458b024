using MailFunctions.Simulation.Scheduling;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>The way from one process to storage. A request that has left is carried out even if its process dies.</summary>
/// <param name="faults">Returns how many of a thousand requests meet a fault now.</param>
internal sealed class StorageLine(World world, Life life, string name, SimulatedStorage storage, Func<int> faults) : MemoryTransport(storage.Account)
{
    /// <summary>The time after which the clients are configured to give a try up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected override async ValueTask<StorageReply> CarryAsync(StorageCall request, CancellationToken cancellationToken)
    {
        var fate = StorageFate.Draw(world, faults());
        var answer = new TaskCompletionSource<StorageReply>();
        world.After(fate.There, null, () =>
        {
            var reply = storage.Perform(name, request, fate.Refusal);
            world.After(fate.Back, life, () =>
            {
                if (fate.IsLost)
                    answer.TrySetException(new IOException("The connection broke before the answer was read."));
                else
                    answer.TrySetResult(reply);
            });
        });
        if (fate.There + fate.Back > Patience)
            world.After(Patience, life, () => answer.TrySetException(new TaskCanceledException("No answer within the time allowed.")));
        await using var canceled = cancellationToken.UnsafeRegister(_ => answer.TrySetCanceled(cancellationToken), null);
        return await answer.Task;
    }
}
