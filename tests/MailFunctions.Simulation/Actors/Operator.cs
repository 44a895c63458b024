using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Simulation.Promises;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Actors;

/// <summary>A person who looks at mail that is on hold or has ended without being sent, and decides.</summary>
internal sealed class Operator(World world, Calls calls, Observer observer, Decisions decisions)
{
    /// <summary>Decisions about one mail: what ends in the same way again is left alone.</summary>
    private const int Most = 2;

    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(1);

    private readonly Dictionary<EmailId, int> _decided = [];

    public async Task WorkAsync(DateTimeOffset until)
    {
        while (world.Now < until)
        {
            await world.WaitAsync(LongestBreak * world.Chance.NextDouble(), null);
            foreach (var row in observer.ReadRows(state => state.AwaitsPerson() || Requeuer.IsFor(state)))
            {
                if (world.Chance.Next(5) != 0 || _decided.GetValueOrDefault(row.Id) >= Most)
                    continue;
                _decided[row.Id] = _decided.GetValueOrDefault(row.Id) + 1;
                await DecideAsync(row);
            }
        }
    }

    private Task DecideAsync(LedgerRow row)
    {
        if (row.State.AwaitsPerson() && world.Chance.Next(4) == 0)
            return AskAsync(row, "discard", null);
        if (row.State != EmailState.Uncertain)
            return AskAsync(row, "requeue", null);
        return AskAsync(row, "resolve", world.Chance.Next(3) switch { 0 => "sent", 1 => "not_sent", _ => "retry" });
    }

    private async Task AskAsync(LedgerRow row, string call, string? answer)
    {
        // From now on: the call may be carried out although it is not answered.
        if (answer == "sent")
            decisions.CountAsSent(row.Sender);
        if (call == "requeue" || answer == "retry")
            decisions.TryAgain(row.Sender);
        var id = row.Id.ToString();
        var (status, body) = await calls.UntilAnsweredAsync(instance => instance.CallAsync(
            "POST",
            $"/api/emails/{id}/{call}",
            request => instance.Get<HeldMailActions>() is var actions && call == "resolve" ? actions.ResolveAsync(id, request, Caller.Operator, CancellationToken.None)
                : call == "requeue" ? actions.RequeueAsync(id, Caller.Operator, CancellationToken.None)
                : actions.DiscardAsync(id, Caller.Operator, CancellationToken.None),
            answer is null ? null : $$"""{"as":"{{answer}}"}"""));
        world.Trace.Add(world.Now, "operator", call, $"{row.Sender} {id} {answer}", status);
        if (status is not (200 or 409))
            throw new SimulationFault($"A decision was answered with {status}: {body}");
    }
}
