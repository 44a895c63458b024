using MailFunctions.Dns;
using MailFunctions.Domains.Dkim;
using MailFunctions.Domains.Dmarc;
using MailFunctions.Domains.Spf;

namespace MailFunctions.Domains;

/// <summary>Checks what receivers find in DNS about mail from a domain of ours.</summary>
internal sealed class DomainChecker(Senders senders, DnsResolver resolver, TimeProvider clock) : IDisposable
{
    /// <summary>The most questions of one check: three tree walks, a tree of SPF, the addresses of relays, and the rest.</summary>
    private const int MostQuestions = 300;

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(25);

    // A call costs its caller little, and the name server up to 300 questions.
    private readonly SemaphoreSlim _twoAtATime = new(2);

    /// <summary>Checks a domain. Two checks run at a time; others wait for their turn.</summary>
    /// <param name="domain">Lower-case ASCII.</param>
    public async Task<DomainCheckAnswer> CheckAsync(string domain, CancellationToken cancellationToken)
    {
        await _twoAtATime.WaitAsync(cancellationToken);
        try
        {
            return await CheckNowAsync(domain, cancellationToken);
        }
        finally
        {
            _twoAtATime.Release();
        }
    }

    public void Dispose() => _twoAtATime.Dispose();

    private async Task<DomainCheckAnswer> CheckNowAsync(string domain, CancellationToken cancellationToken)
    {
        var sender = senders.Of(domain);
        var scope = new CheckScope(sender, resolver, new DnsBudget(MostQuestions, LongestTime, clock));
        var spf = SpfFindings.ReadAsync(scope, cancellationToken);
        var dkim = DkimFindings.OfAsync(scope, cancellationToken);
        var receiving = ReceivingFindings.OfAsync(scope, cancellationToken);
        var information = InformationFindings.OfAsync(scope, cancellationToken);
        var author = await WalkAsync(domain);
        var relays = senders.RelaysOf(domain);
        var authentications = new RelayAuthentications(
            author,
            sender.EnvelopeDomain == domain ? author : await WalkAsync(sender.EnvelopeDomain),
            sender.Signing is not { } signing ? null : signing.Name == domain ? author : await WalkAsync(signing.Name));

        var dmarc = await DmarcFindings.OfAsync(author, scope, cancellationToken);
        var record = (await spf).Record([.. relays.Select(relay => relay.Spf.Include).OfType<string>().Distinct()]);
        var ofRelays = await Task.WhenAll(relays.Select(async relay => await (await spf).RelayAsync(relay, record, cancellationToken)));
        DomainFinding[] findings = [record, .. ofRelays, .. await dkim, dmarc, .. await receiving, .. await information];
        var keys = (sender.Signing?.Keys ?? []).Zip(await dkim).ToList();
        return new DomainCheckAnswer(
            domain,
            StatusOf(findings),
            clock.GetUtcNow(),
            author.Trouble is null ? author.OrganizationalDomain : null,
            sender.EnvelopeDomain,
            findings,
            (await spf).Answer,
            [.. relays.Zip(ofRelays, (relay, finding) => authentications.Of(relay, finding, keys))]);

        Task<DmarcWalk> WalkAsync(string from) => DmarcWalk.OfAsync(from, resolver, scope.Budget, cancellationToken);
    }

    /// <summary>True for a check whose failing changes the status of the domain.</summary>
    public static bool Counts(string check) => check is not (DomainCheckName.MtaSts or DomainCheckName.TlsRpt or DomainCheckName.Bimi);

    /// <summary>Returns the status of a domain whose findings have these.</summary>
    public static string WorstOf(IReadOnlySet<string> counted)
    {
        string[] worst = [DomainStatus.Failed, DomainStatus.NotStarted, DomainStatus.TemporaryFailure];
        return worst.FirstOrDefault(counted.Contains) ?? DomainStatus.Verified;
    }

    private static string StatusOf(IReadOnlyList<DomainFinding> findings) =>
        WorstOf(findings.Where(finding => Counts(finding.Check)).Select(finding => finding.Status).ToHashSet());
}
