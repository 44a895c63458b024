using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage.Memory;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Simulation.Promises;

/// <summary>Looks at storage from outside, at once and without a fault, and asks the app's own API what it says.</summary>
internal sealed class Observer(World world, SimulatedStorage storage, SimulatedRelay relay)
{
    private static readonly IConfiguration Configuration = TestSettings.Configuration((TestSettings.Storage, MemoryStorage.UnsignedConnectionString));

    private static readonly HashSet<object> Open = [.. Enum.GetValues<EmailState>().Where(state => state.IsOpen()).Select(state => state.Name())];

    private readonly StorageClients _direct = new(
        Configuration, new StorageClock(new SimulatedClock(world, new Life(), TimeSpan.Zero)), options => options.Transport = new MemoryTransport(storage.Account));

    private Instance? _asked;

    /// <summary>A process that no listener uses, for calls.</summary>
    public Instance Asked => _asked ??= new Instance(world, "observer", TimeSpan.Zero, storage, relay, () => 0);

    public void End()
    {
        _asked?.Kill();
        _asked = null;
    }

    /// <summary>Creates what a deployment creates.</summary>
    public Task PrepareAsync() => StorageSetup.CreateAsync(_direct, attachments: null, CancellationToken.None);

    /// <summary>All rows of the ledger that are mails.</summary>
    /// <param name="which">Selects among their states; null for all.</param>
    public IReadOnlyList<LedgerRow> ReadRows(Func<EmailState, bool>? which = null) =>
        [.. storage.Account.Entities(StorageNames.EmailsTable, which: value => EmailStates.Parse((string)value("state")!) is var state && state != EmailState.Void && which?.Invoke(state) != false).Select(ToRow)];

    /// <summary>Whether a mail is open that is due before a time.</summary>
    public bool HasOpen(DateTimeOffset before) => storage.Account.Any(
        StorageNames.EmailsTable, value => value("state") is { } state && Open.Contains(state) && !(value("due_at") is DateTimeOffset due && due > before));

    /// <summary>The events that count: a correction replaces the event of its attempt.</summary>
    public IReadOnlyList<EmailEvent> ReadEvents()
    {
        var events = storage.Account.Entities(StorageNames.EventsTable).Select(values => EmailEventMapping.FromEntity(new TableEntity(values))).ToDictionary(read => read.Key);
        foreach (var corrected in ReadRows().SelectMany(row => row.Corrected.Select(row.EventOfAttempt)))
            events.Remove(corrected);
        return [.. events.Values];
    }

    /// <summary>The row of a mail that is open; null when there is none.</summary>
    public LedgerRow? FindOpen(EmailId id) => !Open.Contains(storage.Account.Value(StorageNames.EmailsTable, id.PartitionKey, id.RowKey, "state") ?? "") ? null : storage.Account.Find(StorageNames.EmailsTable, id.PartitionKey, id.RowKey) is { } values ? ToRow(values) : null;

    /// <summary>Whether a queue message, shown or hidden, or a row of the schedule names the mail.</summary>
    public bool IsWoken(LedgerRow row)
    {
        var queue = row.Lane.QueueName();
        var id = row.Id.ToString();
        if (storage.Account.Messages(queue).Concat(storage.Account.Messages(queue + StorageNames.PoisonSuffix)).Any(text => text.Contains(id, StringComparison.Ordinal)))
            return true;
        return storage.Account.Entities(StorageNames.ScheduleTable, ScheduleRow.Partition(row.Id.Shard))
            .Any(values => ((string)values["RowKey"]).Contains(id, StringComparison.Ordinal));
    }

    private static LedgerRow ToRow(Dictionary<string, object> values) => LedgerRowMapping.FromEntity(new TableEntity(values));
}
