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
    private static readonly IConfiguration Configuration = TestSettings.Configuration((TestSettings.Storage, MemoryStorage.ConnectionString));

    private static readonly string Open = string.Join(
        " or ", Enum.GetValues<EmailState>().Where(state => state.IsOpen()).Select(state => $"state eq '{state.Name()}'"));

    private readonly StorageClients _direct = new(
        Configuration, new StorageClock(new SimulatedClock(world, new Life(), TimeSpan.Zero)), options => options.Transport = new MemoryTransport(storage.Account));

    private Instance? _asked;

    /// <summary>A process that no listener uses, for calls.</summary>
    public Instance Asked => _asked ??= new Instance(world, "observer", TimeSpan.Zero, storage, relay, () => 0);

    public void End() => _asked?.Kill();

    /// <summary>Creates what a deployment creates.</summary>
    public Task PrepareAsync() => StorageSetup.CreateAsync(_direct, attachments: null, CancellationToken.None);

    /// <summary>All rows of the ledger that are mails.</summary>
    public async Task<IReadOnlyList<LedgerRow>> ReadRowsAsync() => await _direct.Table(StorageNames.EmailsTable)
        .QueryAsync<TableEntity>(select: LedgerRowMapping.WithoutContent)
        .Select(LedgerRowMapping.FromEntity)
        .Where(row => row.State != EmailState.Void)
        .ToListAsync();

    /// <summary>Whether a mail is open.</summary>
    public async Task<bool> HasOpenAsync() => await _direct.Table(StorageNames.EmailsTable).QueryAsync<TableEntity>(Open, select: ["RowKey"]).AnyAsync();

    /// <summary>The row of a mail; null when there is none.</summary>
    public LedgerRow? FindRow(EmailId id)
    {
        var found = _direct.Table(StorageNames.EmailsTable).GetEntityIfExists<TableEntity>(id.PartitionKey, id.RowKey, LedgerRowMapping.WithoutContent);
        return found.HasValue ? LedgerRowMapping.FromEntity(found.Value!) : null;
    }

    /// <summary>Whether a queue message, shown or hidden, or a row of the schedule names the mail.</summary>
    public bool IsWoken(LedgerRow row)
    {
        var queue = row.Lane.QueueName();
        if (storage.Account.Messages(queue).Concat(storage.Account.Messages(queue + StorageNames.PoisonSuffix)).Any(text => Names(text, row)))
            return true;
        var partition = ScheduleRow.Partition(row.Id.Shard);
        return _direct.Table(StorageNames.ScheduleTable)
            .Query<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"])
            .Any(entity => entity.RowKey.Contains(row.Id.ToString(), StringComparison.Ordinal));
    }

    private static bool Names(string text, LedgerRow row)
    {
        try
        {
            return LaneMessage.Parse(new BinaryData(text)).Mails.Any(mail => mail.Id == row.Id);
        }
        catch (UnreadableMessageException)
        {
            return false;
        }
    }
}
