using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace MailFunctions.Dns;

/// <summary>
/// Asks a resolving name server, by UDP and, for what does not fit in a datagram, by TCP. Records are kept for their TTL, five
/// minutes at most; that something does not exist is asked anew each time.
/// </summary>
/// <remarks>Safe for concurrent use. Names may be in Unicode and may end in a dot. No method throws for what a name server does.</remarks>
internal sealed class DnsResolver(IOptions<DnsOptions> options)
{
    private static readonly TimeSpan LongestKept = TimeSpan.FromMinutes(5);

    // Made at the first question: finding the system's name servers reads its configuration.
    private readonly Lazy<LookupClient> _client = new(() => Make(options.Value));

    /// <summary>Finds the TXT records of a name, the strings of each joined.</summary>
    public Task<DnsAnswer<string>> TextsAsync(string name, DnsBudget budget, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.TXT, budget, answer => answer.TxtRecords().Select(record => string.Concat(record.Text)), cancellationToken);

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string name, DnsBudget budget, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.MX, budget, answer => answer.MxRecords().Select(record => new MailExchange(record.Preference, TextOf(record.Exchange))), cancellationToken);

    /// <summary>Finds the records of type A or AAAA.</summary>
    public Task<DnsAnswer<IPAddress>> AddressesAsync(string name, AddressFamily family, DnsBudget budget, CancellationToken cancellationToken) =>
        family == AddressFamily.InterNetworkV6
            ? AskAsync(name, QueryType.AAAA, budget, answer => answer.AaaaRecords().Select(record => record.Address), cancellationToken)
            : AskAsync(name, QueryType.A, budget, answer => answer.ARecords().Select(record => record.Address), cancellationToken);

    /// <summary>Finds the names of an address, the records of type PTR.</summary>
    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, DnsBudget budget, CancellationToken cancellationToken) =>
        AskAsync(address.GetArpaName(), QueryType.PTR, budget, answer => answer.PtrRecords().Select(record => TextOf(record.PtrDomainName)), cancellationToken);

    /// <summary>Finds the name that a name is an alias of, the record of type CNAME.</summary>
    public Task<DnsAnswer<string>> AliasAsync(string name, DnsBudget budget, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.CNAME, budget, answer => answer.CnameRecords().Select(record => TextOf(record.CanonicalName)), cancellationToken);

    private Task<DnsAnswer<T>> AskAsync<T>(
        string name, QueryType type, DnsBudget budget, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> records, CancellationToken cancellationToken) =>
        QueryName.Of(name) is { } queryName
            ? budget.OnceAsync(queryName, type, () => AskAsync(name, queryName, type, budget, records, cancellationToken))
            : Task.FromResult(new DnsAnswer<T>(DnsStatus.NoSuchName, []));

    private async Task<DnsAnswer<T>> AskAsync<T>(
        string name, string queryName, QueryType type, DnsBudget budget, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> records, CancellationToken cancellationToken)
    {
        if (budget.Take() is { } refusal)
            return new DnsAnswer<T>(DnsStatus.OverBudget, [], refusal);

        using var timer = new CancellationTokenSource(budget.Left, budget.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var response = await _client.Value.QueryAsync(new DnsQuestion(queryName, type), either.Token).WaitAsync(either.Token);
            return Read(response, name, type, records);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && IsFault(exception))
        {
            return FaultOf<T>(exception, name, type);
        }
    }

    /// <summary>True for what the library throws at a silent server, a lost connection, and octets that are no answer.</summary>
    private static bool IsFault(Exception exception) =>
        exception is OperationCanceledException
            or DnsResponseException or DnsResponseParseException or DnsXidMismatchException
            or SocketException or IOException
            or InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException;

    private static DnsAnswer<T> Read<T>(IDnsQueryResponse response, string name, QueryType type, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> records) =>
        response.Header.ResponseCode switch
        {
            DnsHeaderResponseCode.NoError when records(response.Answers).ToList() is { Count: > 0 } found => new(DnsStatus.Found, found),
            DnsHeaderResponseCode.NoError => new(DnsStatus.NoData, []),
            DnsHeaderResponseCode.NotExistentDomain => new(DnsStatus.NoSuchName, []),
            var code => new(DnsStatus.Failed, [], $"The name server answered {code} to {type} {name}."),
        };

    private static DnsAnswer<T> FaultOf<T>(Exception exception, string name, QueryType type) =>
        exception is OperationCanceledException or DnsResponseException { Code: DnsResponseCode.ConnectionTimeout }
            ? new(DnsStatus.TimedOut, [], $"The name server did not answer {type} {name} in time.")
            : new(DnsStatus.Failed, [], $"The name server gave no usable answer to {type} {name}.");

    private static string TextOf(DnsString name) => name.Value.TrimEnd('.');

    private static LookupClient Make(DnsOptions options)
    {
        var settings = options.Server is { Length: > 0 } server
            ? new LookupClientOptions(DnsOptions.ServerOf(server) ?? throw new FormatException(server))
            : new LookupClientOptions();
        settings.Timeout = options.Timeout;
        settings.Retries = 1;
        settings.UseCache = true;
        settings.MaximumCacheTimeout = LongestKept;
        settings.ThrowDnsErrors = false;
        settings.ContinueOnEmptyResponse = false;
        // The largest datagram that is not cut up on its way (DNS flag day 2020).
        settings.ExtendedDnsBufferSize = 1232;
        return new LookupClient(settings);
    }
}
