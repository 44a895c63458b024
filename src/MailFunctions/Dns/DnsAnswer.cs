namespace MailFunctions.Dns;

internal enum DnsStatus
{
    /// <summary>There are records of the type that was asked for.</summary>
    Found,

    /// <summary>The name exists and has no record of that type, or it is an alias of one that has none.</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN), or cannot: a label of more than 63 octets, an empty one.</summary>
    NoSuchName,

    /// <summary>The name server answered with an error, or with what is no answer. It may do better later.</summary>
    Failed,

    /// <summary>No answer came in time.</summary>
    TimedOut,

    /// <summary>The <see cref="DnsBudget"/> was spent before, so that nothing was asked.</summary>
    OverBudget,
}

/// <summary>The answer of a name server to one question.</summary>
/// <param name="Records">None unless <see cref="Status"/> is <see cref="DnsStatus.Found"/>.</param>
/// <param name="Reason">A sentence for an operator where nothing can be said of the name: the last three of the status.</param>
internal sealed record DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records, string? Reason = null)
{
    /// <summary>True where the question has no answer yet, so that nothing may be concluded from it.</summary>
    public bool IsTemporary => Status is DnsStatus.Failed or DnsStatus.TimedOut or DnsStatus.OverBudget;

    /// <summary>True for a void lookup (RFC 7208 section 4.6.4): the name server says that there is nothing.</summary>
    public bool IsVoid => Status is DnsStatus.NoData or DnsStatus.NoSuchName;
}

/// <summary>A record of type MX.</summary>
/// <param name="Host">Without the final dot; the empty string for a null MX (RFC 7505).</param>
internal readonly record struct MailExchange(int Preference, string Host);
