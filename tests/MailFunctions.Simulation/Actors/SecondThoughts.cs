using System.Globalization;
using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Actors;

/// <summary>What callers do with mail that they were promised: they give it another time, or cancel it.</summary>
internal sealed class SecondThoughts(World world, Calls calls, Decisions decisions)
{
    public Task FollowAsync(PromisedMail mail) => Task.WhenAll(MoveAsync(mail), CancelAsync(mail));

    private async Task CancelAsync(PromisedMail mail)
    {
        if (mail.Plan.CanceledAfter is not { } after)
            return;
        await world.WaitAsync(after, null);
        var (status, body) = await calls.UntilAnsweredAsync(instance => instance.CallAsync(
            "POST", $"/api/emails/{mail.Id}/cancel", _ => instance.Get<EmailCanceler>().CancelAsync(mail.Id.ToString(), Caller.Operator, CancellationToken.None)));
        if (status == 200)
            decisions.Cancel(mail.Sender, world.Now);
        else if (status != 409)
            throw new SimulationFault($"A cancel was answered with {status}: {body}");
        world.Trace.Add(world.Now, "caller", "cancels", $"{mail.Sender} {mail.Id}", status);
    }

    private async Task MoveAsync(PromisedMail mail)
    {
        if (mail.Plan.Moved is not var (after, ahead) || mail.Plan.ScheduledAt is not { } scheduled)
            return;
        await world.WaitAsync(after, null);
        var at = world.Now + ahead;
        decisions.Move(mail.Sender, scheduled, at, isConfirmed: false);
        // Every try names the same time: one may be carried out long after it was given up.
        var (status, body) = await calls.UntilAnsweredAsync(instance => instance.CallAsync(
            "PATCH",
            $"/api/emails/{mail.Id}",
            request => instance.Get<EmailRescheduler>().RescheduleAsync(mail.Id.ToString(), request, Caller.Operator, CancellationToken.None),
            string.Create(CultureInfo.InvariantCulture, $$"""{"scheduled_at":"{{at:O}}"}""")));
        world.Trace.Add(world.Now, "caller", "moves", string.Create(CultureInfo.InvariantCulture, $"{mail.Sender} {mail.Id} to {at:HH:mm:ss}"), status);
        if (status == 200)
            decisions.Move(mail.Sender, scheduled, at, isConfirmed: true);
        else if (status is not (409 or 422))
            throw new SimulationFault($"A change of the time was answered with {status}: {body}");
    }
}
