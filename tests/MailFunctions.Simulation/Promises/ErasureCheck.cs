using System.Text.Json;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Erasure;
using MailFunctions.Simulation.Actors;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Erases some recipients, while storage fails, and looks for what is left of them.</summary>
internal sealed class ErasureCheck(World world, Calls calls, SimulatedStorage storage, Observer observer)
{
    private const int Recipients = 2;

    public async Task<IReadOnlyList<string>> FindLeftAsync()
    {
        var broken = new List<string>();
        // Mail that has not ended keeps its recipients.
        var addresses = observer.ReadRows().SelectMany(row => row.Recipients.Select(recipient => (recipient.Mailbox, row.State)))
            .GroupBy(one => one.Mailbox, one => one.State, StringComparer.Ordinal)
            .Where(states => states.All(state => state.IsFinal())).Select(states => states.Key).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < Recipients && addresses.Count > 0; i++)
        {
            var address = addresses[world.Chance.Next(addresses.Count)];
            for (string? after = null; ;)
            {
                var answer = await EraseAsync(address, after);
                if (answer.GetProperty("complete").GetBoolean())
                    break;
                after = answer.GetProperty("after").GetString();
            }

            broken.AddRange(storage.FindText(address).Select(place => $"{address} was erased, and is still named by {place}."));
        }

        return broken;
    }

    private async Task<JsonElement> EraseAsync(string address, string? after)
    {
        var json = JsonSerializer.Serialize(after is null ? new { address, dry_run = false } : (object)new { address, dry_run = false, after });
        var (status, body) = await calls.UntilAnsweredAsync(instance => instance.CallAsync(
            "POST", "/api/recipients/erase", request => instance.Get<RecipientEraser>().EraseAsync(request, Caller.Operator, CancellationToken.None), json));
        return status == 200 ? body : throw new SimulationFault($"An erasure was answered with {status}: {body}");
    }
}
