using System.Text.Json;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Actors;

/// <summary>Calls the app over HTTP: any of the living processes, with the patience of a client.</summary>
internal sealed class Calls(World world, Fleet fleet)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    /// <returns>Status 0 without an answer: no process lives, or the one that was called died or is slow.</returns>
    public async Task<(int Status, JsonElement Body)> TryAsync(Func<Instance, Task<(int Status, JsonElement Body)>> call)
    {
        if (fleet.Any() is not { } instance)
            return default;
        var answer = call(instance);
        return await Task.WhenAny(answer, world.WaitAsync(Patience, null)) == answer ? await answer : default;
    }

    /// <summary>Calls again until there is an answer that is no failure of the server.</summary>
    public async Task<(int Status, JsonElement Body)> UntilAnsweredAsync(Func<Instance, Task<(int Status, JsonElement Body)>> call)
    {
        while (true)
        {
            var answer = await TryAsync(call);
            if (answer.Status is >= 200 and < 500 and not 429)
                return answer;
            await PauseAsync();
        }
    }

    public Task PauseAsync() => world.WaitAsync(Pause, null);
}
