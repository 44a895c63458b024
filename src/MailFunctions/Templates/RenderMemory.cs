using MailFunctions.Http;

namespace MailFunctions.Templates;

/// <summary>
/// Reserves memory for the rendered texts of one request as they grow, so that concurrent renderings cannot exhaust the
/// process.
/// </summary>
/// <remarks>One instance per request; not safe for concurrent use.</remarks>
internal sealed class RenderMemory(HeldMemory held)
{
    /// <summary>The number of characters that are reserved at a time.</summary>
    private const int Together = 16 * 1024;

    private long _pending;

    /// <summary>Charges characters before they are made.</summary>
    /// <exception cref="RenderMemoryException">There is no room for them at this moment.</exception>
    public void Charge(int chars)
    {
        _pending += chars;
        if (_pending < Together)
            return;
        if (!held.TryHoldMore(_pending))
            throw new RenderMemoryException();
        _pending = 0;
    }
}

/// <summary>The requests together have used up the memory that they may hold; the template itself is not at fault.</summary>
internal sealed class RenderMemoryException : Exception;
