using System.Collections.Concurrent;
using DnsClient;

namespace MailFunctions.Dns;

/// <summary>
/// The questions and the time that one check may take together, however a domain's records are made. A question that the check
/// has asked before has the same answer and costs nothing.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class DnsBudget(int questions, TimeSpan time, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();
    private readonly ConcurrentDictionary<(string Name, QueryType Type), Lazy<Task>> _answers = new();
    private int _asked;

    /// <summary>The questions asked so far, those answered from the cache too.</summary>
    public int Asked => Math.Min(Volatile.Read(ref _asked), questions);

    public TimeProvider Clock => clock;

    /// <summary>The time left, never below zero.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = time - clock.GetElapsedTime(_start);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Asks a question, unless the check has asked it before.</summary>
    /// <param name="name">Compared without regard to case.</param>
    public Task<DnsAnswer<T>> OnceAsync<T>(string name, QueryType type, Func<Task<DnsAnswer<T>>> ask) =>
        (Task<DnsAnswer<T>>)_answers.GetOrAdd((name.ToLowerInvariant(), type), _ => new Lazy<Task>(ask)).Value;

    /// <summary>Takes one question. Returns why it may not be asked, or null if it may.</summary>
    public string? Take()
    {
        if (Left == TimeSpan.Zero)
            return $"The time for all DNS questions, {time.TotalSeconds:0.#} s, is over.";
        return Interlocked.Increment(ref _asked) > questions ? $"The limit of {questions} DNS questions is reached." : null;
    }
}
