using MailFunctions.Mail;

namespace MailFunctions.Statistics;

/// <summary>The compiler's access to events and emails.</summary>
/// <param name="EventsOf">Returns the events whose partition is the minute.</param>
/// <param name="EmailsOf">Returns the ledger rows of the emails whose ids were minted in the minute; content is not needed.</param>
/// <param name="FirstMinute">
/// Returns the first minute, from the one given up to but not including the other, that may hold any event or email; null
/// when there is none. It lets a compiler that is behind skip the empty minutes, which are most, without a query for each.
/// </param>
internal sealed record MinuteSource(
    Func<DateTimeOffset, CancellationToken, IAsyncEnumerable<EmailEvent>> EventsOf,
    Func<DateTimeOffset, CancellationToken, IAsyncEnumerable<LedgerRow>> EmailsOf,
    Func<DateTimeOffset, DateTimeOffset, CancellationToken, Task<DateTimeOffset?>> FirstMinute);
