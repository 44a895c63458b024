using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>The storage account of a scenario: records each request, and lets others watch.</summary>
/// <param name="planted">A fault that is put into the app from here.</param>
internal sealed partial class SimulatedStorage(World world, PlantedFault planted)
{
    public MemoryStorage Account { get; } = new(new SimulatedClock(world, new Life(), TimeSpan.Zero));

    /// <summary>Called after each request that was carried out.</summary>
    public event Action<StorageCall, StorageReply>? Performed;

    /// <param name="refusal">0, or the status with which it is refused.</param>
    public StorageReply Perform(string who, StorageCall request, int refusal)
    {
        var reply = refusal == 0 ? planted.Perform(world, Account, request) : Account.Refuse(request, refusal, refusal == 503 ? "ServerBusy" : "InternalError");
        // The boundary of a transaction is the client's own chance.
        var body = request.Path == "$batch" ? default : request.Body.Span;
        world.Trace.Add(world.Now, who, request.Method, request.Query.TryGetValue("$filter", out var filter) ? $"{request.Path}?{filter}" : request.Path, reply.Status, body, () => NamesIn(request));
        if (refusal == 0)
            Performed?.Invoke(request, reply);
        return reply;
    }

    /// <summary>The mails that a transaction or a queue message names, for the story.</summary>
    private static string NamesIn(StorageCall request) => request.Path == "$batch" || request.Service == StorageService.Queue
        ? string.Concat(MailId().Matches(Encoding.UTF8.GetString(request.Body.Span)).Select(match => match.Value).Distinct().Select(id => $" {id}"))
        : "";

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex MailId();
}
