using MailFunctions.Mail;

namespace MailFunctions.Statistics;

/// <summary>Where the compiler reads what happened.</summary>
/// <param name="EventsOf">The events whose partition is the minute.</param>
/// <param name="EmailsOf">The ledger rows of the emails whose ids were minted in the minute; content is not needed.</param>
/// <param name="FirstMinute">
/// The first minute from the one given up to, not with, the other that may hold any of either; null when there is none.
/// It lets a compiler that is behind pass over the empty minutes, which are most, without asking each.
/// </param>
internal sealed record MinuteSource(
    Func<DateTimeOffset, CancellationToken, IAsyncEnumerable<EmailEvent>> EventsOf,
    Func<DateTimeOffset, CancellationToken, IAsyncEnumerable<LedgerRow>> EmailsOf,
    Func<DateTimeOffset, DateTimeOffset, CancellationToken, Task<DateTimeOffset?>> FirstMinute);
