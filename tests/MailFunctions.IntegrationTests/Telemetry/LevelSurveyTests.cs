using System.Diagnostics.Metrics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Pipeline;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Schedule;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>The levels that a timer run reads from storage.</summary>
public sealed class LevelSurveyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_waits_is_held_or_unreadable_is_told()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await PipelineUnderTest.StartAsync(azurite.TakeAccount(), relay, Cancellation);
        using var levels = new HeardLevels(pipeline);
        var old = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Queued);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [new NamedAttempt(old, 1)], TimeSpan.Zero, Cancellation);
        var held = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Dead);
        var resolved = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Discarded);
        foreach (var id in (EmailId[])[held, resolved])
            await pipeline.Get<HeldIndex>().AddAsync(id, EmailState.Dead, id.MintedAt, Cancellation);
        await pipeline.Storage.Table(StorageNames.DeadLettersTable).AddEntityAsync(new Azure.Data.Tables.TableEntity("mail-bulk", "1"), Cancellation);

        await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);

        var told = levels.Read();
        Assert.InRange(told[(MetricNames.OldestWaiting, "bulk")], 1200, 1500);
        Assert.Equal(0, told[(MetricNames.OldestWaiting, "transactional")]);
        Assert.Equal(1, told[(MetricNames.Held, "dead")]);
        Assert.Equal(0, told[(MetricNames.Held, "uncertain")]);
        Assert.Equal(1, told[(MetricNames.DeadLetters, "")]);
    }

    [Fact]
    public async Task Mail_that_no_relay_takes_waits_though_its_message_is_hidden()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await PipelineUnderTest.StartAsync(azurite.TakeAccount(), relay, Cancellation);
        using var levels = new HeardLevels(pipeline);
        var id = await MailAsync(pipeline, Lane.Transactional, TimeSpan.FromMinutes(5), EmailState.Deferred);

        await pipeline.Get<SecondLook>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        await pipeline.Get<LevelSurvey>().RunAsync(Cancellation);

        Assert.InRange(levels.Read()[(MetricNames.OldestWaiting, "transactional")], 300, 600);
    }

    [Fact]
    public async Task Where_nobody_watches_nothing_is_read()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await PipelineUnderTest.StartAsync(storage.ConnectionString, relay, Cancellation);

        await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);

        Assert.Contains(storage.Requests, request => request.Name == StorageNames.ScheduleTable);
        Assert.DoesNotContain(storage.Requests, request => request is { Method: "GET", Name: StorageNames.HeldTable or StorageNames.DeadLettersTable });
    }

    private static async Task<EmailId> MailAsync(PipelineUnderTest pipeline, Lane lane, TimeSpan age, EmailState state)
    {
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var ids = EmailId.Mint(now - age, 1);
        await QueuedMails.InsertAsync(pipeline, lane, ids, Cancellation, (_, row) => row with
        {
            State = state,
            DueAt = state == EmailState.Deferred ? now + TimeSpan.FromMinutes(1) : null,
            EndedAt = state.IsOpen() ? null : row.AcceptedAt,
        });
        return ids[0];
    }

    /// <summary>Listens to the levels of one pipeline of this process, and of no other.</summary>
    private sealed class HeardLevels : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<(string Metric, string Attribute), double> _heard = [];

        public HeardLevels(PipelineUnderTest pipeline)
        {
            var factory = pipeline.Get<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == factory && instrument is ObservableGauge<double>)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
                _heard[(instrument.Name, tags.Length == 0 ? "" : (string)tags[0].Value!)] = value);
            _listener.Start();
        }

        public IReadOnlyDictionary<(string Metric, string Attribute), double> Read()
        {
            _heard.Clear();
            _listener.RecordObservableInstruments();
            return _heard;
        }

        public void Dispose() => _listener.Dispose();
    }
}
