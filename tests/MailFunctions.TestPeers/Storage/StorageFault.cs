namespace MailFunctions.TestPeers.Storage;

/// <summary>What becomes of one request.</summary>
public sealed record StorageFault
{
    private StorageFault()
    {
    }

    public static StorageFault None { get; } = new();

    /// <summary>Performed; then the connection is dropped without an answer.</summary>
    /// <remarks>HTTP stacks may send a request that has no body again by themselves: see <see cref="StorageRequest.Seen"/>.</remarks>
    public static StorageFault LoseAnswer { get; } = new() { Drops = true };

    /// <summary>Not performed: 503 ServerBusy, and the connection ends.</summary>
    public static StorageFault Refuse { get; } = new() { Performs = false, Error = 503 };

    /// <summary>Not performed: refused with this status, for example 400, which tells of no outage and which no client retries.</summary>
    public static StorageFault RefuseWith(int status) => new() { Performs = false, Error = status };

    /// <summary>Not performed: the connection is dropped.</summary>
    public static StorageFault Drop { get; } = new() { Performs = false, Drops = true };

    /// <summary>
    /// Held until <see cref="StorageProxy.Release()"/>, and then performed and answered. Never performed when the client goes
    /// first.
    /// </summary>
    public static StorageFault HoldBefore { get; } = new() { HoldsBefore = true };

    /// <summary>Performed; the answer is held until <see cref="StorageProxy.Release()"/>.</summary>
    public static StorageFault HoldAfter { get; } = new() { HoldsAfter = true };

    /// <summary>
    /// Refused with this status at once, and performed all the same after <see cref="StorageProxy.Release()"/>: a request that
    /// storage still works at when its client has given it up.
    /// </summary>
    public static StorageFault PerformLate(int status) => new() { HoldsBefore = true, AnswersFirst = true, Error = status };

    /// <summary>Performed; the connection is dropped in the middle of the answer's body.</summary>
    /// <param name="octets">Of the body, that the client gets.</param>
    public static StorageFault CutAnswerAfter(long octets) => new() { AnswerLimit = octets };

    /// <summary>Performed; the rest of the answer's body is held until <see cref="StorageProxy.Release()"/>.</summary>
    /// <param name="octets">Of the body, that the client gets at once.</param>
    public static StorageFault HoldAnswerAfter(long octets) => new() { AnswerLimit = octets, HoldsAfter = true };

    internal bool HoldsBefore { get; private init; }

    internal bool AnswersFirst { get; private init; }

    internal bool Performs { get; private init; } = true;

    internal bool HoldsAfter { get; private init; }

    internal bool Drops { get; private init; }

    internal long? AnswerLimit { get; private init; }

    internal int? Error { get; private init; }

    /// <summary>Performed; and then this status is the answer, whatever the truth.</summary>
    /// <param name="status">For example 500, which clients retry.</param>
    public static StorageFault AnswerAfter(int status) => new() { Error = status };
}
