using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The calls that read the audit trail.</summary>
public sealed class AuditClient
{
    private readonly Caller _caller;

    internal AuditClient(Caller caller) => _caller = caller;

    /// <summary><c>GET audit</c>: lists the entries that match, the newest first; pages are fetched as needed.</summary>
    public IAsyncEnumerable<AuditAnswer> ListAsync(AuditFilter? filter = null, CancellationToken cancellationToken = default) => _caller.ListAsync(
        (filter ?? new AuditFilter()).ToPath,
        ContractsJson.Default.AuditPage,
        page => (page.Data, page.After),
        cancellationToken);
}

/// <summary>Selects entries of the audit trail: those that match all values that are set.</summary>
public sealed record AuditFilter
{
    /// <summary>The earliest begin of the call.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The time before which the call began.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The caller, such as <c>key:</c> and the id of an API key.</summary>
    public string? Who { get; init; }

    /// <summary>The name of the call's function, such as CancelEmail.</summary>
    public string? Call { get; init; }

    /// <summary>The subject of the call, such as <c>emails/{id}</c>.</summary>
    public string? Target { get; init; }

    /// <summary>One of <see cref="AuditResultName"/>.</summary>
    public string? Result { get; init; }

    /// <summary>The number of entries in one call to the server; default 100; 1 to 1,000.</summary>
    public int? PageSize { get; init; }

    /// <summary>Returns the path of one page with its query.</summary>
    internal string ToPath(string? after) => ApiCall.WithQuery(
        "audit",
        ("from", ApiCall.Text(From)),
        ("to", ApiCall.Text(To)),
        ("who", Who),
        ("call", Call),
        ("target", Target),
        ("result", Result),
        ("limit", ApiCall.Text(PageSize)),
        ("after", after));
}
