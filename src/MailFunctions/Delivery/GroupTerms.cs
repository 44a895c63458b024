namespace MailFunctions.Delivery;

/// <summary>On what terms a window runs.</summary>
/// <param name="Source">Names the queue message, for counting faults.</param>
/// <param name="MayStart">No attempt begins once it says no: the host is stopping, or the message has been worked on for too long.</param>
/// <param name="Stopping">The host is about to stop.</param>
/// <param name="IsInline">By the call that accepted the mail: over connections of its own, and when none is free the mail is left to the queue.</param>
internal sealed record GroupTerms(string Source, Func<bool> MayStart, CancellationToken Stopping, bool IsInline = false);
