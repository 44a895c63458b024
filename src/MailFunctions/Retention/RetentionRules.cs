using MailFunctions.Ledger;

namespace MailFunctions.Retention;

internal enum Disposal
{
    /// <summary>All of it stays for now.</summary>
    Keep,

    /// <summary>What it says goes.</summary>
    DropContent,

    /// <summary>It goes altogether.</summary>
    Delete,
}

/// <summary>What becomes of a ledger row at one moment, and when it has to be looked at again. Pure.</summary>
/// <param name="now">One for all rows of a run: before <paramref name="now"/> − Ledger, and nowhere else, rows are deleted.</param>
internal sealed class RetentionRules(RetentionOptions options, DateTimeOffset now)
{
    /// <summary>Mail that is open can end at any moment; looked at so often at least, its content is never kept longer than it says.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    /// <summary>Mail that ended before it is deleted.</summary>
    public DateTimeOffset DeletedBefore => now - options.Ledger;

    public (Disposal Disposal, DateTimeOffset? LookAgain) Of(LedgerRow row)
    {
        if (!row.State.IsFinal())
            return (Disposal.Keep, now + (options.Content < LongestPause ? options.Content : LongestPause));

        var ended = row.EndedAt ?? row.AcceptedAt;
        if (ended < DeletedBefore)
            return (Disposal.Delete, null);
        if (row.ContentPurgedAt is not null || row.State == EmailState.Void)
            return (Disposal.Keep, ended + options.Ledger);
        return ended + options.Content <= now
            ? (Disposal.DropContent, ended + options.Ledger)
            : (Disposal.Keep, ended + options.Content);
    }
}
