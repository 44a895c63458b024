namespace MailFunctions.Delivery;

/// <summary>The terms on which a group runs.</summary>
/// <param name="Source">Names the queue message, for counting faults.</param>
/// <param name="MayStart">
/// Once it returns false no attempt begins: the host is stopping, or the message has been worked on for too long.
/// </param>
/// <param name="Stopping">The host is about to stop.</param>
/// <param name="IsInline">
/// The call that accepted the mail delivers it, over connections reserved for such calls; if none is free, the mail is left to
/// its queue.
/// </param>
internal sealed record GroupTerms(string Source, Func<bool> MayStart, CancellationToken Stopping, bool IsInline = false);
