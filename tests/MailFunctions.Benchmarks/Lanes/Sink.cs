using System.Collections.Concurrent;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>The relay: takes its time for bulk mail, none for transactional mail, and tells when a mail's final dot was accepted.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private const string BulkDomain = "bulk.example.com";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _awaited = new();
    private readonly ScriptedSmtpServer _server = new();
    private long _delayTicks;
    private int _bulk;

    public Sink() => _server.Script = Answer;

    public int Port => _server.Port;

    /// <summary>What each bulk mail takes.</summary>
    public TimeSpan BulkDelay
    {
        set => Volatile.Write(ref _delayTicks, value.Ticks);
    }

    /// <summary>Final dots of bulk mail so far.</summary>
    public int BulkMails => Volatile.Read(ref _bulk);

    public static string BulkRecipient(int number) => FormattableString.Invariant($"b{number}@{BulkDomain}");

    /// <returns>The timestamp at which the mail to this recipient is accepted.</returns>
    public Task<long> ExpectAsync(string recipient) =>
        _awaited.GetOrAdd(recipient, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private SmtpAction? Answer(SmtpExchange exchange)
    {
        if (exchange.Verb != SmtpExchange.FinalDot)
            return null;
        if (exchange.Recipients[0].EndsWith(BulkDomain, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _bulk);
            return SmtpAction.Default.After(TimeSpan.FromTicks(Volatile.Read(ref _delayTicks)));
        }

        if (_awaited.TryGetValue(exchange.Recipients[0], out var awaited))
            awaited.TrySetResult(TimeProvider.System.GetTimestamp());
        return null;
    }
}
