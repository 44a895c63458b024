using MailFunctions.Keys.Quotas;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Tests.Keys.Quotas;

/// <summary>The time of a test, which moves only when it says so. Timers are real, so that a wait for a conflict ends.</summary>
/// <param name="time">The time of all.</param>
/// <param name="offset">By how much the machine's clock is ahead.</param>
internal sealed class SharedClock(SharedTime time, TimeSpan offset = default) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => time.Now + offset;

    public override long GetTimestamp() => time.Now.UtcTicks;
}

internal sealed class SharedTime(DateTimeOffset now)
{
    public DateTimeOffset Now { get; private set; } = now;

    public void Advance(TimeSpan by) => Now += by;
}

/// <summary>What a request to storage meets.</summary>
internal enum Trouble
{
    None,

    /// <summary>The request is carried out, and its answer is lost.</summary>
    AnswerLost,

    /// <summary>The request is refused once.</summary>
    Throttled,

    /// <summary>The request and every repetition of it is refused.</summary>
    Down,

    /// <summary>The request is carried out, and no answer to it or to its repetitions arrives.</summary>
    Silent,
}

/// <summary>One scope's quotas in one process, over a storage account in memory.</summary>
internal sealed class QuotaInstance : IDisposable
{
    private readonly Line _line;

    public QuotaInstance(MemoryStorage storage, SharedTime time, QuotaScope scope, TimeSpan clockAhead = default)
    {
        _line = new Line(storage);
        var clock = new StorageClock(new SharedClock(time, clockAhead));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [StorageClients.Setting] = MemoryStorage.ConnectionString }).Build();
        Clients = new StorageClients(configuration, clock, options =>
        {
            options.Transport = _line;
            options.Retry.Delay = TimeSpan.FromMilliseconds(1);
            options.Retry.MaxDelay = TimeSpan.FromMilliseconds(1);
        });
        Table = new QuotaTable(Clients);
        Quota = new ScopeQuota(scope, Process, Table, clock);
    }

    public ChargingProcess Process { get; } = new();

    public StorageClients Clients { get; }

    public QuotaTable Table { get; }

    public ScopeQuota Quota { get; }

    /// <summary>The requests that arrived at storage.</summary>
    public int Requests => _line.Count;

    /// <summary>What the next write meets.</summary>
    public Trouble Next
    {
        set => _line.Next = value;
    }

    public void Dispose() => Quota.Dispose();

    private sealed class Line(MemoryStorage storage) : MemoryTransport(storage)
    {
        private readonly MemoryStorage _storage = storage;
        private int _count;
        private bool _isDone;

        public Trouble Next { get; set; }

        public int Count => _count;

        protected override async ValueTask<StorageReply> CarryAsync(StorageCall request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            if (request.Method == "GET" || Next == Trouble.None)
            {
                if (request.Method == "GET" && Next is Trouble.None)
                    _isDone = false;
                return await base.CarryAsync(request, cancellationToken);
            }

            switch (Next)
            {
                case Trouble.Throttled:
                    Next = Trouble.None;
                    return _storage.Refuse(request, 503, "ServerBusy");
                case Trouble.Down:
                    return _storage.Refuse(request, 503, "ServerBusy");
                case Trouble.AnswerLost:
                    Next = Trouble.None;
                    await base.CarryAsync(request, cancellationToken);
                    break;
                default:
                    if (!_isDone)
                        await base.CarryAsync(request, cancellationToken);
                    _isDone = true;
                    break;
            }

            throw new IOException("The connection broke before the answer was read.");
        }
    }
}
