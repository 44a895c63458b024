using MailFunctions.Simulation.Scheduling;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>
/// A fault of the app that the simulation must find. It is made on the way to storage, so that the app itself has none.
/// </summary>
/// <param name="Perform">Carries out a request, or what the app with this fault would have asked for.</param>
internal sealed record PlantedFault(string Name, string Meaning, Func<World, MemoryStorage, StorageCall, StorageReply> Perform)
{
    public static PlantedFault None { get; } = new("none", "The app as it is.", (_, account, call) => account.Perform(call));

    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        new("claim-without-etag", "Writes of the ledger do not look at the ETag.", (_, account, call) => account.Perform(PlantedWrites.WithoutETag(call))),
        new("early-poison", "A message that reaches a poison queue makes its mails due.", PlantedWakeUps.EarlyPoison),
        new("early-requeue", "The hidden message of an operator's decision shows at once, and nobody looks whether it is still there.", PlantedWakeUps.EarlyRequeue),
        new("lost-conflict", "A transaction that meets a conflict counts as carried out.", PlantedWrites.LostConflict),
        new("lost-wake-up", "One of fifty hidden messages is not put: what wakes a deferred mail is missing.", PlantedWakeUps.Lost),
        new("looks-once", "The daily recovery does not remember the mail that it has found open.", PlantedWakeUps.LooksOnce),
        new("replaced-event", "An event that stands already is replaced.", PlantedWrites.ReplacedEvent),
    ];
}
