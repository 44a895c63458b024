using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Retention;

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
/// <param name="now">One for all rows of a run.</param>
/// <param name="deletedBefore">Mail that ended before it is deleted: <paramref name="now"/> − Ledger, or earlier where something still needs it (<see cref="PurgeBound"/>).</param>
internal sealed class RetentionRules(RetentionOptions options, DateTimeOffset now, DateTimeOffset deletedBefore)
{
    /// <summary>Until mail is looked at again whose time is over and which is still needed.</summary>
    public static readonly TimeSpan UntilNotNeeded = TimeSpan.FromHours(6);

    /// <summary>Mail that is open can end at any moment; looked at so often at least, its content is never kept longer than it says.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    public (Disposal Disposal, DateTimeOffset? LookAgain) Of(LedgerRow row)
    {
        if (!row.State.IsFinal())
            return (Disposal.Keep, now + (options.Content < LongestPause ? options.Content : LongestPause));

        var ended = row.EndedAt ?? row.AcceptedAt;
        if (ended < deletedBefore)
            return (Disposal.Delete, null);
        var over = ended + options.Ledger;
        // Never a time that has passed: the look that is over would be taken for the next.
        var last = over < now ? now + UntilNotNeeded : over;
        if (row.ContentPurgedAt is not null || row.State == EmailState.Void)
            return (Disposal.Keep, last);
        return ended + options.Content <= now
            ? (Disposal.DropContent, last)
            : (Disposal.Keep, ended + options.Content);
    }
}
