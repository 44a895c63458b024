using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Retention;

internal enum Disposal
{
    /// <summary>The whole mail is kept for now.</summary>
    Keep,

    /// <summary>The content is deleted.</summary>
    DropContent,

    /// <summary>The whole mail is deleted.</summary>
    Delete,
}

/// <summary>Decides what is purged of a ledger row, and when to look at it again. Pure.</summary>
/// <param name="now">The same for all rows of a run.</param>
/// <param name="deletedBefore">
/// Mail that ended before it is deleted: <paramref name="now"/> − Ledger, or earlier where something still needs the mail
/// (<see cref="PurgeBound"/>).
/// </param>
internal sealed class RetentionRules(RetentionOptions options, DateTimeOffset now, DateTimeOffset deletedBefore)
{
    /// <summary>The wait before mail that is past its retention time, but still needed, is looked at again.</summary>
    public static readonly TimeSpan UntilNotNeeded = TimeSpan.FromHours(6);

    /// <summary>
    /// The longest pause between looks at open mail: it can end at any moment, and its content must not be kept too long.
    /// </summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(30);

    public (Disposal Disposal, DateTimeOffset? LookAgain) Of(LedgerRow row)
    {
        if (!row.State.IsFinal())
            return (Disposal.Keep, now + (options.Content < LongestPause ? options.Content : LongestPause));

        var ended = row.EndedAt ?? row.AcceptedAt;
        if (ended < deletedBefore)
            return (Disposal.Delete, null);
        var over = ended + options.Ledger;
        // Never a past time: this look would be mistaken for the next.
        var last = over < now ? now + UntilNotNeeded : over;
        if (row.ContentPurgedAt is not null || row.State == EmailState.Void)
            return (Disposal.Keep, last);
        return ended + options.Content <= now
            ? (Disposal.DropContent, last)
            : (Disposal.Keep, ended + options.Content);
    }
}
