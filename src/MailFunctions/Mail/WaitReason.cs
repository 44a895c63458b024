using System.Collections.Frozen;
using System.Text.Json;

namespace MailFunctions.Mail;

/// <summary>Why an open mail waits. Its name in snake case is kept with the row, in metrics, and in the answer of <c>explain</c>.</summary>
internal enum WaitReason
{
    /// <summary>The time that the caller named.</summary>
    Scheduled,

    /// <summary>A worker that takes its queue message: it is due, and nothing has deferred it.</summary>
    Worker,

    /// <summary>An operator had it queued again, and no worker has attempted it since.</summary>
    Requeued,

    /// <summary>Its next attempt, after a relay's reply of 4yz.</summary>
    DeferredByReply,

    /// <summary>Its next attempt, after the connection was lost, or the relay was silent, before the content was sent.</summary>
    ConnectionLost,

    /// <summary>Its next attempt, after one whose outcome is unknown; its policy is to try again.</summary>
    OutcomeUnknown,

    /// <summary>No relay for it could be reached, or accepts a session.</summary>
    RelayUnreachable,

    /// <summary>A relay refused us and not the mail: the attempt did not count.</summary>
    RelayRefusal,

    /// <summary>The circuit of every relay for it is open.</summary>
    CircuitOpen,

    /// <summary>A setting of the relay names a secret that the platform did not resolve.</summary>
    UnresolvedSetting,

    /// <summary>The settings have no relay for such mail.</summary>
    NoRelay,

    /// <summary>All connections of its lane were in use.</summary>
    ConnectionBusy,

    /// <summary>The relay's rate has no slot for it yet.</summary>
    RateLimit,

    /// <summary>Its API key, its sender or its lane is paused.</summary>
    Paused,

    /// <summary>The worker stopped, or its time or the mail's was over, before the attempt began.</summary>
    WorkerStopping,

    /// <summary>The lease of its claim could not be renewed before the content was sent.</summary>
    LeaseNotRenewed,

    /// <summary>Storage failed before the attempt began.</summary>
    StorageFailed,

    /// <summary>Our own processing failed.</summary>
    ProcessingFailed,
}

internal static class WaitReasons
{
    private static readonly FrozenDictionary<WaitReason, string> Names =
        Enum.GetValues<WaitReason>().ToFrozenDictionary(reason => reason, reason => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString()));

    private static readonly FrozenDictionary<string, WaitReason> Parsed =
        Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    public static string Name(this WaitReason reason) => Names[reason];

    /// <summary>Reads a stored name; null for none, and for one that a newer version of the app wrote.</summary>
    public static WaitReason? Find(string? name) => name is not null && Parsed.TryGetValue(name, out var reason) ? reason : null;

    /// <summary>Returns what the mail waits for; null if it is under way or not open, or an earlier version of the app deferred it.</summary>
    public static WaitReason? Of(LedgerRow row) => row.State switch
    {
        EmailState.Scheduled => WaitReason.Scheduled,
        EmailState.Queued => row.WaitingFor ?? WaitReason.Worker,
        EmailState.Deferred => row.WaitingFor,
        _ => null,
    };
}
