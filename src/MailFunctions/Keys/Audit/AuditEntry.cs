namespace MailFunctions.Keys.Audit;

/// <summary>One call of the audit trail. It holds no address, no body and no secret.</summary>
internal sealed record AuditEntry
{
    public required AuditKey Key { get; init; }

    /// <summary>The caller, in the form <c>{kind}:{id}</c>.</summary>
    public required string Who { get; init; }

    /// <summary>The name of the call, equal to that of its function.</summary>
    public required string Call { get; init; }

    /// <summary>The thing that the call is about, in the form <c>{kind}/{id}</c>; an address stands as its hash.</summary>
    public required string Target { get; init; }

    /// <summary>The client's network, /24 or /48; null if it is unknown.</summary>
    public string? Network { get; init; }

    /// <summary>The storage service's own time of the first row, which no clock of this app can move.</summary>
    public DateTimeOffset StoredAt { get; init; }

    /// <summary>Null if no result was stored.</summary>
    public AuditResult? Result { get; init; }

    /// <summary>The time at which the call began, by the app's clock.</summary>
    public DateTimeOffset At => Key.At;
}
