using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Smtp.Wire;

/// <summary>Resolves a relay's name, and connects to the first of its addresses that answers (RFC 8305).</summary>
internal sealed class AddressDialer(TimeProvider clock)
{
    /// <summary>RFC 8305 section 5: the recommended Connection Attempt Delay.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>RFC 8305 section 5: the least Connection Attempt Delay.</summary>
    private static readonly TimeSpan LeastDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns the addresses of a name in the order of preference (RFC 6724).</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = System.Net.Dns.GetHostAddressesAsync;

    /// <summary>Connects to one address and port.</summary>
    public Func<IPAddress, int, CancellationToken, Task<RelayConnection>> Dial { get; init; } = SocketConnection.DialAsync;

    /// <summary>Returns the addresses, families alternating, beginning with that of the preferred address (RFC 8305 section 4).</summary>
    /// <exception cref="RelayNotFoundException">The name has none, or DNS does not answer.</exception>
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            var found = await Resolve(host, cancellationToken);
            if (found.Length > 0)
                return InTurn(found);
        }
        catch (SocketException exception)
        {
            var why = exception.SocketErrorCode == SocketError.TryAgain ? "DNS did not answer for it" : "DNS knows no address for it";
            throw new RelayNotFoundException($"The host {host} was not found: {why}.", exception);
        }

        throw new RelayNotFoundException($"The host {host} was not found: DNS knows no address for it.", null);
    }

    /// <summary>
    /// Connects to one of the addresses. An attempt begins when the one before has failed, or has run for longer than the
    /// delay, and does not end it: a silent address takes no time from the others.
    /// </summary>
    /// <param name="left">In order; the address that answered, and those that failed, are removed.</param>
    /// <param name="within">The time for all: with many addresses the delay is shorter, so that each has its share.</param>
    /// <exception cref="SocketException">The only address could not be connected to.</exception>
    /// <exception cref="IOException">None of several addresses could be connected to; names the error of each.</exception>
    public async Task<RelayConnection> ConnectAsync(List<IPAddress> left, int port, TimeSpan within, CancellationToken cancellationToken)
    {
        var waiting = new Queue<IPAddress>(left);
        var delay = TimeSpan.FromTicks(Math.Clamp(within.Ticks / (left.Count + 1), LeastDelay.Ticks, AttemptDelay.Ticks));
        var running = new Dictionary<Task<RelayConnection>, IPAddress>();
        var failures = new List<(IPAddress Address, Exception Exception)>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (waiting.Count > 0 || running.Count > 0)
            {
                if (waiting.TryDequeue(out var next))
                    running.Add(Dial(next, port, over.Token), next);
                if (await EndedAsync(running.Keys, waiting.Count > 0 ? delay : Timeout.InfiniteTimeSpan, cancellationToken) is not { } ended)
                    continue;
                running.Remove(ended, out var address);
                left.Remove(address!);
                if (ended.IsCompletedSuccessfully)
                    return await ended;
                failures.Add((address!, ended.Exception!.GetBaseException()));
            }
        }
        finally
        {
            await over.CancelAsync();
            foreach (var loser in running.Keys)
                _ = loser.ContinueWith(Drop, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        throw failures.Count == 1
            ? failures[0].Exception
            : new IOException("No address of the relay answers: " + string.Join("; ", failures.Select(failure => $"{failure.Address}: {failure.Exception.Message}")));
    }

    /// <summary>Returns the families alternating, each in its original order.</summary>
    public static IReadOnlyList<IPAddress> InTurn(IReadOnlyList<IPAddress> addresses)
    {
        var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).Distinct().ToList();
        var other = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).Distinct().ToList();
        return [.. first.SelectMany((address, i) => i < other.Count ? [address, other[i]] : (IPAddress[])[address]), .. other.Skip(first.Count)];
    }

    /// <returns>The attempt that has ended; null when none has after the delay.</returns>
    private async Task<Task<RelayConnection>?> EndedAsync(IReadOnlyCollection<Task<RelayConnection>> running, TimeSpan delay, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(delay, clock, enough.Token);
        var ended = await Task.WhenAny([.. running, pause]);
        await enough.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return ended == pause ? null : (Task<RelayConnection>)ended;
    }

    private static void Drop(Task<RelayConnection> loser)
    {
        if (loser.IsCompletedSuccessfully)
            loser.Result.Octets.Dispose();
        else
            _ = loser.Exception;
    }
}
