using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.Benchmarks.Dispatching;

/// <summary>Mails that were deferred after a first attempt and wait in the schedule, a tenth of them transactional.</summary>
internal sealed class DueMails
{
    private const int Samples = 40;

    private readonly TableClient _schedule;
    private readonly List<(string PartitionKey, string RowKey)> _watched;

    private DueMails(TableClient schedule, IReadOnlyDictionary<EmailId, DateTimeOffset> due, IEnumerable<TableEntity> watched)
    {
        _schedule = schedule;
        Due = due;
        _watched = [.. watched.Select(entity => (entity.PartitionKey, entity.RowKey))];
    }

    public IReadOnlyDictionary<EmailId, DateTimeOffset> Due { get; }

    /// <param name="minute">In which all are due.</param>
    /// <param name="acceptedOver">Minutes, the last of them half an hour before the minute: nothing but the dispatcher looks at those.</param>
    /// <param name="sameMoment">All are due when the minute begins.</param>
    public static async Task<DueMails> InsertAsync(
        StorageClients storage, int count, DateTimeOffset minute, int acceptedOver, bool sameMoment, CancellationToken cancellationToken)
    {
        var lastAccepted = minute - TimeSpan.FromMinutes(30);
        var mails = Enumerable.Range(0, count).Select(number => (
            Lane: number % 10 == 0 ? Lane.Transactional : Lane.Bulk,
            Id: EmailId.Mint(lastAccepted - (TimeSpan.FromMinutes(acceptedOver) * Random.Shared.NextDouble()))[0],
            Due: sameMoment ? minute : minute + (TimeSpan.FromMinutes(1) * Random.Shared.NextDouble()))).ToList();
        var rows = mails.Select(mail => Stock.Row(mail.Id, mail.Lane, "b@example.com") with
        {
            State = EmailState.Deferred,
            Attempt = 1,
            EventMinutes = [EventKey.OfAttempt(mail.Id, 1, mail.Id.MintedAt).PartitionKey],
            DueAt = mail.Due,
        });
        var entities = mails.ConvertAll(mail => ScheduleRow.ToEntity(mail.Lane, new NamedAttempt(mail.Id, 2), mail.Due));

        var schedule = storage.Table(StorageNames.ScheduleTable);
        await Stock.InsertAsync(schedule, entities, cancellationToken);
        await Stock.InsertAsync(storage, rows, cancellationToken);
        return new DueMails(schedule, mails.ToDictionary(mail => mail.Id, mail => mail.Due), Random.Shared.GetItems(entities.ToArray(), Samples));
    }

    /// <summary>How much of the schedule has been worked off, 0 to 1, by a few rows chosen by chance.</summary>
    public async Task<double> DoneAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _watched.ToList())
        {
            var row = await _schedule.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, ["PartitionKey"], cancellationToken);
            if (!row.HasValue)
                _watched.Remove(key);
        }

        return 1 - ((double)_watched.Count / Samples);
    }

    public async Task<bool> IsScheduleEmptyAsync(CancellationToken cancellationToken) =>
        !await _schedule.QueryAsync<TableEntity>(maxPerPage: 1, select: ["PartitionKey"], cancellationToken: cancellationToken).AnyAsync(cancellationToken);
}
