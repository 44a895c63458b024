using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>The memory that all requests together may take for their bodies and for what is made of them.</summary>
/// <remarks>
/// Thread-safe. Without a bound, forty large mails at once are forty failures in place of a few that wait: a process that has
/// no memory left fails whatever it does at that moment.
/// </remarks>
internal sealed class RequestMemory(long bytes)
{
    /// <summary>What one byte of a body may come to, all of it taken together: the body, what is decoded of it, and its texts in UTF-16.</summary>
    public const int Weight = 5;

    private long _free = bytes;

    /// <summary>Half of what the process may have, as the runtime knows it (a container's limit, a limit of the heap); the other half is for delivery.</summary>
    /// <param name="largestBody">There is always room for one.</param>
    public static RequestMemory OfProcess(long largestBody) =>
        new(Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, largestBody * Weight));

    /// <summary>Bytes that are free.</summary>
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

/// <summary>What one request has taken of the <see cref="RequestMemory"/>, until it is answered.</summary>
internal sealed class HeldMemory(RequestMemory memory) : IDisposable
{
    private long _held;

    /// <summary>Null for a request that nobody counts.</summary>
    public static HeldMemory? Of(HttpRequest request) => request.HttpContext.Features.Get<HeldMemory>();

    /// <summary>Whether a body of this length would find room at this moment.</summary>
    public bool HasRoomFor(long bodyBytes) => memory.Free + _held >= bodyBytes * RequestMemory.Weight;

    /// <summary>Takes as much as a body of this length may cost, what is held already included.</summary>
    public bool TryHold(long bodyBytes)
    {
        var more = (bodyBytes * RequestMemory.Weight) - _held;
        if (more > 0 && !memory.TryTake(more))
            return false;
        _held += Math.Max(more, 0);
        return true;
    }

    /// <summary>Takes more, for what is made of a body and is no part of it, such as what a template comes to.</summary>
    /// <param name="bytes">As many bytes of a body would cost as much.</param>
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
