namespace MailFunctions.Delivery;

/// <summary>The terms on which a group runs.</summary>
/// <param name="Source">Names the queue message, for counting faults.</param>
/// <param name="MayStart">
/// Once it returns false no attempt begins: the host is stopping, or the message has been worked on for too long.
/// </param>
/// <param name="Stopping">The host is about to stop.</param>
/// <param name="IsInline">
/// Delivers in the call that accepted the mail: over connections reserved for it; if none is free, via the queue.
/// </param>
internal sealed record GroupTerms(string Source, Func<bool> MayStart, CancellationToken Stopping, bool IsInline = false);
