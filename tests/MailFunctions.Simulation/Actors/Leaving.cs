using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Actors;

/// <summary>Recipients who are put on the suppression list.</summary>
internal sealed class Leaving(World world, Calls calls, Decisions decisions)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(3);

    public async Task SuppressAsync(string domain)
    {
        for (var i = 0; i < MailPlan.SuppressedCount; i++)
        {
            var address = MailPlan.SuppressedAddress(i, domain);
            var (status, body) = await calls.UntilAnsweredAsync(instance => instance.CallAsync(
                "PUT", $"/api/suppressions/{address}", request => instance.Get<SuppressionCalls>().PutAsync(address, request, Caller.Operator, CancellationToken.None), """{"reason":"manual"}"""));
            if (status is not (200 or 201 or 204))
                throw new SimulationFault($"A suppression was answered with {status}: {body}");
            decisions.Suppress(address, world.Now);
        }
    }

    /// <summary>Puts some on the list while mail for them is on its way.</summary>
    public async Task SuppressLaterAsync()
    {
        await world.WaitAsync(LongestDelay * world.Chance.NextDouble(), null);
        await SuppressAsync(MailPlan.SuppressedLater);
    }
}
