namespace MailFunctions.Keys.Quotas;

/// <summary>The share of one window that one instance holds, as the row has it.</summary>
/// <param name="Holder">Distinguishes the holder from all others; begins with the token of its process, which its mails have too (<see cref="QuotaMark"/>).</param>
/// <param name="Until">The time from which the holder uses none of it before it has renewed it.</param>
/// <param name="Granted">All that it may use in this window, counted from its first share.</param>
/// <param name="Used">What it had used of that when it last wrote the row.</param>
/// <param name="ReportedAt">When that was.</param>
/// <param name="LastCharge">The number of the last charge of its process that <paramref name="Used"/> may include.</param>
internal sealed record QuotaLease(string Holder, DateTimeOffset Until, Volume Granted, Volume Used, DateTimeOffset ReportedAt, long LastCharge);
