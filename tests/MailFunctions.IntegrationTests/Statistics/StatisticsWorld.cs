using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using MailFunctions.Api.Statistics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Statistics;

/// <summary>What happened, in memory, and the tables that are compiled from it, in storage. Each world has tables of its own.</summary>
internal sealed class StatisticsWorld
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);

    private readonly AzuriteFixture _azurite;
    private readonly string _statistics = AzuriteFixture.UniqueName("Statistics");
    private readonly string _progress = AzuriteFixture.UniqueName("Progress");
    private readonly Lock _gate = new();
    private readonly List<EmailEvent> _events = [];
    private readonly List<LedgerRow> _emails = [];

    private StatisticsWorld(AzuriteFixture azurite, DateTimeOffset now) => (_azurite, Time) = (azurite, new(now));

    public FakeTimeProvider Time { get; }

    /// <summary>Minutes whose events were asked for.</summary>
    public List<DateTimeOffset> Looks { get; } = [];

    /// <summary>Awaited between the reading of a minute's events and handing them on.</summary>
    public Func<DateTimeOffset, Task> AfterRead { get; set; } = _ => Task.CompletedTask;

    public MinuteSource Source => new(EventsOf, EmailsOf, FirstMinute);

    public StatisticsTable Table => new(Client(_statistics));

    public TableClient RawTable => Client(_statistics);

    public Watermarks Watermarks => new(Client(_progress));

    public DirtyMinutes Dirty => new(Client(_progress), Time);

    public TableClient RawProgress => Client(_progress);

    public StatisticsReader Reader => new(Table, Watermarks, Time);

    public static async Task<StatisticsWorld> CreateAsync(AzuriteFixture azurite, StatisticsWorld? like = null, DateTimeOffset? now = null)
    {
        var world = new StatisticsWorld(azurite, now ?? like?.Time.GetUtcNow() ?? Start);
        if (like is not null)
        {
            world._events.AddRange(like._events);
            world._emails.AddRange(like._emails);
        }

        await world.Client(world._statistics).CreateAsync(TestContext.Current.CancellationToken);
        await world.Client(world._progress).CreateAsync(TestContext.Current.CancellationToken);
        return world;
    }

    /// <summary>A compiler whose requests pass through <paramref name="policy"/>.</summary>
    public StatisticsCompiler Compiler(HttpPipelinePolicy? policy = null, Azure.Core.HttpPipelinePosition position = Azure.Core.HttpPipelinePosition.PerCall) => new(
        new StatisticsTable(Client(_statistics, policy, position)),
        new Watermarks(Client(_progress, policy, position)),
        new DirtyMinutes(Client(_progress, policy, position), Time),
        Source,
        new Levels(new MailMeters(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>()), Time),
        Time,
        NullLogger<StatisticsCompiler>.Instance);

    public Task<CompileReport> CompileAsync() => Compiler().CompileAsync(TestContext.Current.CancellationToken);

    /// <summary>Every row of the table as text, by key.</summary>
    public async Task<SortedDictionary<string, string>> RowsAsync()
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entity in RawTable.QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken))
        {
            var row = StatisticsEntity.Read(entity);
            rows[$"{entity.PartitionKey}/{entity.RowKey}"] = $"{row.Value}: {row.Measures}";
        }

        return rows;
    }

    public async Task<Measures> TotalAsync(Granularity granularity, DateTimeOffset time)
    {
        var bucket = Bucket.Of(granularity, time);
        await foreach (var (_, row) in Table.ReadAsync(bucket, bucket.Next, Dimension.Total, TestContext.Current.CancellationToken))
            return row.Measures;
        return Measures.Zero;
    }

    /// <summary>An email that was accepted and sent within the minute, to a domain of its own choice.</summary>
    public void Send(DateTimeOffset at, string domain = "a.example", Lane lane = Lane.Transactional)
    {
        var id = EmailId.Mint(at)[0];
        var to = new Recipient($"someone@{domain}", RecipientKind.To, RecipientStatus.Sent, 1, null);
        lock (_gate)
        {
            _emails.Add(new()
            {
                Id = id,
                State = EmailState.Sent,
                Lane = lane,
                Sender = "shop@example.com",
                AcceptedAt = at,
                ExpiresAt = at.AddDays(1),
                Recipients = [to],
            });
            _events.Add(new()
            {
                Key = EventKey.OfAttempt(id, 1, at),
                Id = id,
                Kind = EventKind.Attempt,
                Attempt = 1,
                At = at.AddMilliseconds(800),
                Lane = lane,
                Relay = "main",
                SendableAt = at,
                Bytes = 1000,
                Recipients = [to],
                State = EmailState.Sent,
                Token = "token",
            });
        }
    }

    /// <summary>Takes back what happened in a minute.</summary>
    public void Forget(DateTimeOffset minute)
    {
        lock (_gate)
        {
            _events.RemoveAll(happened => MinutePartition.MinuteOf(happened.Key.PartitionKey) == minute);
            _emails.RemoveAll(email => MinutePartition.MinuteOf(email.Id.MintedAt) == minute);
        }
    }

    private async IAsyncEnumerable<EmailEvent> EventsOf(DateTimeOffset minute, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        EmailEvent[] events;
        lock (_gate)
        {
            Looks.Add(minute);
            events = [.. _events.Where(happened => MinutePartition.MinuteOf(happened.Key.PartitionKey) == minute)];
        }

        await AfterRead(minute);
        foreach (var happened in events) yield return happened;
    }

    private async IAsyncEnumerable<LedgerRow> EmailsOf(DateTimeOffset minute, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        LedgerRow[] emails;
        lock (_gate) emails = [.. _emails.Where(email => MinutePartition.MinuteOf(email.Id.MintedAt) == minute)];
        foreach (var email in emails) yield return email;
    }

    private Task<DateTimeOffset?> FirstMinute(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var minutes = _events.Select(happened => MinutePartition.MinuteOf(happened.Key.PartitionKey))
                .Concat(_emails.Select(email => MinutePartition.MinuteOf(email.Id.MintedAt)));
            return Task.FromResult(minutes.Where(minute => minute >= from && minute < to).Select(minute => (DateTimeOffset?)minute).Min());
        }
    }

    private TableClient Client(string table, HttpPipelinePolicy? policy = null, Azure.Core.HttpPipelinePosition position = default)
    {
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } };
        if (policy is not null) options.AddPolicy(policy, position);
        return new(_azurite.SharedAccount, table, options);
    }
}
