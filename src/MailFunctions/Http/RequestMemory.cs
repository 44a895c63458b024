using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>The memory that all requests together may use for their bodies and for what is made from them.</summary>
/// <remarks>
/// Thread-safe. Without a bound, forty large mails at once all fail, where with one only a few have to wait: in a process
/// without free memory every operation fails.
/// </remarks>
internal sealed class RequestMemory(long bytes)
{
    /// <summary>The most memory for one byte of a body: the body, its decoded parts and its texts in UTF-16 together.</summary>
    public const int Weight = 5;

    private long _free = bytes;

    /// <summary>
    /// Takes half of the memory that the runtime grants the process (limit of the container or the heap); the other half is
    /// for delivery.
    /// </summary>
    /// <param name="largestBody">The largest body; there is always room for one.</param>
    public static RequestMemory OfProcess(long largestBody) =>
        new(Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, largestBody * Weight));

    /// <summary>The number of free bytes.</summary>
    public long Free => Volatile.Read(ref _free);

    public bool TryTake(long bytes)
    {
        for (var free = Free; free >= bytes; free = Free)
        {
            if (Interlocked.CompareExchange(ref _free, free - bytes, free) == free)
                return true;
        }

        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _free, bytes);
}

/// <summary>The share of the <see cref="RequestMemory"/> that one request holds until it is answered.</summary>
internal sealed class HeldMemory(RequestMemory memory) : IDisposable
{
    private long _held;

    /// <summary>Returns the share of a request; null when its memory is not counted.</summary>
    public static HeldMemory? Of(HttpRequest request) => request.HttpContext.Features.Get<HeldMemory>();

    /// <summary>Tests whether there is room for a body of this length at this moment.</summary>
    public bool HasRoomFor(long bodyBytes) => memory.Free + _held >= bodyBytes * RequestMemory.Weight;

    /// <summary>Takes as much as a body of this length may cost, including what is already held.</summary>
    public bool TryHold(long bodyBytes)
    {
        var more = (bodyBytes * RequestMemory.Weight) - _held;
        if (more > 0 && !memory.TryTake(more))
            return false;
        _held += Math.Max(more, 0);
        return true;
    }

    /// <summary>Takes memory beyond that of the body, for results such as a rendered template.</summary>
    /// <param name="bytes">The length of a body with the same cost.</param>
    public bool TryHoldMore(long bytes)
    {
        var more = bytes * RequestMemory.Weight;
        if (!memory.TryTake(more))
            return false;
        _held += more;
        return true;
    }

    public void Dispose()
    {
        memory.Return(_held);
        _held = 0;
    }
}
