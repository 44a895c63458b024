using Azure.Data.Tables;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Pauses;
using MailFunctions.Keys.Quotas;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Keys.Quotas;

/// <summary>Two instances count what one key sends.</summary>
public sealed class VolumeWatchTests
{
    private const string Key = "abcdefghijkl";

    private readonly SharedTime _time = new(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly MemoryStorage _storage;
    private readonly Lines _lines = new();

    public VolumeWatchTests() => _storage = new MemoryStorage(new SharedClock(_time));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_jump_over_all_instances_is_reported_once_an_hour()
    {
        var (one, two) = (await StartAsync(), await StartAsync());
        for (var day = 0; day < 4; day++)
        {
            one.Watch.Accepted(Key, 15);
            two.Watch.Accepted(Key, 15);
            await AddAsync(one, two);
            _time.Advance(TimeSpan.FromDays(1));
        }

        one.Watch.Accepted(Key, 150);
        await AddAsync(one);
        Assert.Empty(_lines.Ids);

        two.Watch.Accepted(Key, 151);
        await AddAsync(two);
        Assert.Equal([1010], _lines.Ids);

        one.Watch.Accepted(Key, 500);
        await AddAsync(one);
        Assert.Equal([1010], _lines.Ids);

        _time.Advance(TimeSpan.FromHours(1));
        one.Watch.Accepted(Key, 500);
        await AddAsync(one);
        Assert.Equal([1010, 1010], _lines.Ids);
    }

    [Fact]
    public async Task A_jump_pauses_the_key_where_the_setting_says_so()
    {
        var (watching, pausing) = (await StartAsync(), await StartAsync(pause: true));
        for (var day = 0; day < 4; day++)
        {
            pausing.Watch.Accepted(Key, 30);
            await AddAsync(pausing);
            _time.Advance(TimeSpan.FromDays(1));
        }

        watching.Watch.Accepted(Key, 400);
        await AddAsync(watching);
        Assert.Empty(await watching.Pauses.ListAsync(Cancellation));

        _time.Advance(TimeSpan.FromHours(1));
        pausing.Watch.Accepted(Key, 400);
        await AddAsync(pausing);
        var pause = Assert.Single(await watching.Pauses.ListAsync(Cancellation));
        Assert.Equal((PauseKind.Key, Key, "app:volume-watch", null), (pause.Target.Kind, pause.Target.Name, pause.By, pause.EndsAt));
        Assert.Equal(2, await pausing.Instance.Clients.Table(StorageNames.AuditTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));

        // Who resumes it knows why: it is not paused again in this hour.
        await watching.Pauses.RemoveAsync(pause.Target, Cancellation);
        pausing.Watch.Accepted(Key, 400);
        await AddAsync(pausing);
        Assert.Empty(await watching.Pauses.ListAsync(Cancellation));
    }

    [Theory]
    [InlineData(nameof(Trouble.AnswerLost))]
    [InlineData(nameof(Trouble.Throttled))]
    public async Task A_write_that_is_repeated_counts_once(string trouble)
    {
        var one = await StartAsync();
        one.Watch.Accepted(Key, 10);
        await AddAsync(one);

        one.Watch.Accepted(Key, 7);
        one.Instance.Next = Enum.Parse<Trouble>(trouble);
        await AddAsync(one);

        Assert.Equal(17, (await one.Table.ReadAsync(Key, Cancellation))!.Volume.InHour);
    }

    [Fact]
    public async Task What_could_not_be_added_is_added_later()
    {
        var one = await StartAsync();
        one.Watch.Accepted(Key, 10);
        one.Instance.Next = Trouble.Down;
        await Assert.ThrowsAnyAsync<Exception>(() => AddAsync(one));

        one.Instance.Next = Trouble.None;
        one.Watch.Accepted(Key, 5);
        await AddAsync(one);

        Assert.Equal(15, (await one.Table.ReadAsync(Key, Cancellation))!.Volume.InHour);
    }

    [Fact]
    public async Task Few_recipients_are_added_once_a_minute_and_many_at_once()
    {
        var one = await StartAsync();
        one.Watch.Accepted(Key, 1);
        var before = one.Instance.Requests;
        await one.Watch.AddAsync(all: false, Cancellation);
        Assert.Equal(before, one.Instance.Requests);

        one.Watch.Accepted(Key, 50);
        await one.Watch.AddAsync(all: false, Cancellation);
        Assert.Equal(before + 2, one.Instance.Requests);

        one.Watch.Accepted(Key, 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        await one.Watch.AddAsync(all: false, Cancellation);
        Assert.Equal(before + 4, one.Instance.Requests);
    }

    private static async Task AddAsync(params Watcher[] watchers)
    {
        foreach (var watcher in watchers)
            await watcher.Watch.AddAsync(all: true, Cancellation);
    }

    private async Task<Watcher> StartAsync(bool pause = false)
    {
        var instance = new QuotaInstance(_storage, _time, QuotaScope.OfKey(Key));
        await instance.Clients.Table(StorageNames.QuotasTable).CreateIfNotExistsAsync(Cancellation);
        var table = new VolumeTable(instance.Clients);
        foreach (var name in (string[])[StorageNames.AuditTable, StorageNames.PausesTable])
            await instance.Clients.Table(name).CreateIfNotExistsAsync(Cancellation);
        var clock = new SharedClock(_time);
        var pauses = new PauseTable(instance.Clients, NullLogger<PauseTable>.Instance);
        var trail = new AuditTrail(new AuditTable(instance.Clients, NullLogger<AuditTable>.Instance), new RefusedTries(clock), clock, NullLogger<AuditTrail>.Instance);
        var pauser = new VolumePause(pauses, new PauseList(pauses, clock, NullLogger<PauseList>.Instance), trail, clock, NullLogger<VolumePause>.Instance);
        var options = Options.Create(new QuotaOptions { Watch = new VolumeWatchOptions { Pause = pause } });
        return new Watcher(instance, table, pauses, new VolumeWatch(options, table, pauser, new Instruments().Meters, clock, _lines));
    }

    private sealed record Watcher(QuotaInstance Instance, VolumeTable Table, PauseTable Pauses, VolumeWatch Watch);

    private sealed class Lines : ILogger<VolumeWatch>
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Add(eventId.Id);
    }
}
