using MailFunctions.Keys.Quotas;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Logging;
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

    private async Task<Watcher> StartAsync()
    {
        var instance = new QuotaInstance(_storage, _time, QuotaScope.OfKey(Key));
        await instance.Clients.Table(StorageNames.QuotasTable).CreateIfNotExistsAsync(Cancellation);
        var table = new VolumeTable(instance.Clients);
        return new Watcher(instance, table, new VolumeWatch(Options.Create(new QuotaOptions()), table, new Instruments().Meters, new SharedClock(_time), _lines));
    }

    private sealed record Watcher(QuotaInstance Instance, VolumeTable Table, VolumeWatch Watch);

    private sealed class Lines : ILogger<VolumeWatch>
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Ids.Add(eventId.Id);
    }
}
