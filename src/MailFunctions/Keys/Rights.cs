namespace MailFunctions.Keys;

/// <summary>The rights of a key. <see cref="KeyLimits"/> says for which mail they hold, and from where.</summary>
[Flags]
internal enum Rights
{
    None = 0,

    /// <summary>Submit mail.</summary>
    Send = 1 << 0,

    /// <summary>Read the mails that this key submitted.</summary>
    ReadOwn = 1 << 1,

    /// <summary>Read the mails of its senders and lanes, also those that others submitted; and its own.</summary>
    Read = 1 << 2,

    /// <summary>Read the content of the mails that it may read.</summary>
    ReadContent = 1 << 3,

    /// <summary>Cancel and reschedule the mails that it may read; without a right to read, those that it submitted.</summary>
    Cancel = 1 << 4,

    /// <summary>Decide about held and failed mail that it may read; without a right to read, that it submitted.</summary>
    Decide = 1 << 5,

    /// <summary>Read and change the suppression list.</summary>
    Suppressions = 1 << 6,

    /// <summary>Read, render and change templates.</summary>
    Templates = 1 << 7,

    /// <summary>Erase recipients.</summary>
    Erase = 1 << 8,

    /// <summary>Read statistics.</summary>
    Statistics = 1 << 9,

    /// <summary>Reserved: no call asks for it yet.</summary>
    Webhooks = 1 << 10,

    /// <summary>Make, change and revoke keys that may do no more than this one.</summary>
    Keys = 1 << 11,

    /// <summary>Reserved: no call asks for it yet.</summary>
    Console = 1 << 12,

    /// <summary>Operate the app: timers, dead letters, pauses, the audit trail.</summary>
    Operate = 1 << 13,

    All = (1 << 14) - 1,
}

/// <summary>The words for rights in JSON, in rows and on the command line.</summary>
internal static class RightNames
{
    /// <summary>The rights of keys that an earlier version of the app made: what Resend's endpoints let them do.</summary>
    public const Rights OfEarlierVersions = Rights.Send | Rights.Read | Rights.ReadContent | Rights.Cancel;

    private static readonly (string Word, Rights Right)[] Words =
    [
        (KeyRight.Send, Rights.Send),
        (KeyRight.ReadOwn, Rights.ReadOwn),
        (KeyRight.Read, Rights.Read),
        (KeyRight.ReadContent, Rights.ReadContent),
        (KeyRight.Cancel, Rights.Cancel),
        (KeyRight.Decide, Rights.Decide),
        (KeyRight.Suppressions, Rights.Suppressions),
        (KeyRight.Templates, Rights.Templates),
        (KeyRight.Erase, Rights.Erase),
        (KeyRight.Statistics, Rights.Statistics),
        (KeyRight.Webhooks, Rights.Webhooks),
        (KeyRight.Keys, Rights.Keys),
        (KeyRight.Console, Rights.Console),
        (KeyRight.Operate, Rights.Operate),
    ];

    /// <summary>All words, <c>all</c> last.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Words.Select(pair => pair.Word), KeyRight.All];

    /// <returns>The words of the rights, in a fixed order; <c>all</c> alone for all of them.</returns>
    public static IReadOnlyList<string> Of(Rights rights) =>
        rights == Rights.All ? [KeyRight.All] : [.. Words.Where(pair => rights.HasFlag(pair.Right)).Select(pair => pair.Word)];

    public static bool TryParse(string word, out Rights right)
    {
        right = word == KeyRight.All ? Rights.All : Words.FirstOrDefault(pair => pair.Word == word).Right;
        return right != Rights.None;
    }

    /// <summary>Reads what a row says. A word of a newer version of the app is left out: it permits nothing here.</summary>
    public static Rights Parse(string words) =>
        words.Split(',').Aggregate(Rights.None, (rights, word) => TryParse(word, out var right) ? rights | right : rights);

    /// <summary>Tests whether every right of <paramref name="other"/> is among these: who may read all may read their own.</summary>
    public static bool Cover(this Rights rights, Rights other) =>
        ((rights.HasFlag(Rights.Read) ? rights | Rights.ReadOwn : rights) & other) == other;
}
