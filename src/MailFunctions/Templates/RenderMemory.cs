using MailFunctions.Http;

namespace MailFunctions.Templates;

/// <summary>Takes memory for what the templates of one request come to, as it comes, so that many renderings at once do not use up what none of them has been given.</summary>
/// <remarks>For one request, and not for concurrent use.</remarks>
internal sealed class RenderMemory(HeldMemory held)
{
    /// <summary>Characters that are taken together.</summary>
    private const int Together = 16 * 1024;

    private long _pending;

    /// <summary>Before these characters are made.</summary>
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

/// <summary>All requests together hold as much memory as they may: nothing is wrong with the template.</summary>
internal sealed class RenderMemoryException : Exception;
