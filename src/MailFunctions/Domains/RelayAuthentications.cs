using MailFunctions.Domains.Dmarc;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Domains;

/// <summary>Says whether a mail from a domain would pass at a receiver, for one relay (RFC 9989 section 4.4).</summary>
/// <param name="Author">The walk from the domain of From.</param>
/// <param name="Envelope">The walk from the envelope's domain.</param>
/// <param name="Signing">The walk from the domain that signs; null for mail that the app does not sign.</param>
internal sealed record RelayAuthentications(DmarcWalk Author, DmarcWalk Envelope, DmarcWalk? Signing)
{
    private const string Pass = "pass";
    private const string Fail = "fail";
    private const string Unknown = "unknown";

    /// <param name="spf">The finding on the relay.</param>
    /// <param name="dkim">The findings on the app's keys; none for mail that the app does not sign.</param>
    public RelayAuthentication Of(Relay relay, DomainFinding spf, IReadOnlyList<(DkimKey Key, DomainFinding Finding)> dkim)
    {
        var mode = Author.Applied?.Record;
        var spfAligned = Aligned(Envelope, mode?.Spf ?? Alignment.Relaxed);
        var spfResult = spf.Status switch
        {
            DomainStatus.Verified => ResultOf(spfAligned),
            DomainStatus.Failed => Fail,
            _ => spfAligned == false ? Fail : Unknown,
        };
        var signs = Signing is not null && relay.SignedFields is not null;
        // One signature that passes is enough, if every verifier knows its algorithm.
        var dkimResult = !signs ? Unknown
            : dkim.Any(key => key.Key is RsaKey && key.Finding.Status == DomainStatus.Verified) ? ResultOf(Aligned(Signing!, mode?.Dkim ?? Alignment.Relaxed))
            : dkim.All(key => key.Finding.Status is DomainStatus.Failed or DomainStatus.NotStarted) ? Fail
            : Unknown;
        // A service that other domains include signs for its customers, too, once it is told to.
        var relayMaySign = relay.Spf.Include is not null;
        var dmarc = spfResult == Pass || dkimResult == Pass ? Pass : spfResult == Fail && dkimResult == Fail && !relayMaySign ? Fail : Unknown;
        var unknown = signs ? WhyUnknown(dkim) : "the app does not sign, and whether the relay does cannot be said";
        return new RelayAuthentication(relay.Name, spfResult, dkimResult, dmarc, Sentence(relay, spfResult, dkimResult, dmarc, spf, spfAligned, unknown));
    }

    /// <summary>Tests whether the domain of a walk is aligned with that of From; null where DNS did not answer.</summary>
    private bool? Aligned(DmarcWalk other, Alignment mode)
    {
        if (other.Domain == Author.Domain)
            return true;
        if (mode == Alignment.Strict)
            return false;
        return Author.Trouble is null && other.Trouble is null ? other.OrganizationalDomain == Author.OrganizationalDomain : null;
    }

    private string Sentence(Relay relay, string spf, string dkim, string dmarc, DomainFinding finding, bool? spfAligned, string dkimUnknown)
    {
        var ofSpf = spf switch
        {
            Pass => "SPF passes and is aligned",
            Fail when spfAligned == false => $"SPF is not aligned: the envelope's domain is {Envelope.Domain}",
            Fail => "SPF fails",
            _ => finding.Status == DomainStatus.TemporaryFailure ? "SPF could not be looked up" : "SPF cannot be said",
        };
        var ofDkim = dkim switch
        {
            Pass => "the app's signature passes and is aligned",
            Fail => "the app's signature fails or is not aligned",
            _ => dkimUnknown,
        };
        if (dkim == Fail && dmarc == Unknown)
            ofDkim += ", and whether the relay signs cannot be said";
        var end = dmarc switch
        {
            Pass => "A mail passes DMARC",
            Fail => "A mail fails DMARC",
            _ => "Whether a mail passes DMARC cannot be said",
        };
        return $"{end} by {relay.Name}: {ofSpf}; {ofDkim}.";
    }

    private static string WhyUnknown(IReadOnlyList<(DkimKey Key, DomainFinding Finding)> dkim) =>
        dkim.Any(key => key.Finding.Status == DomainStatus.TemporaryFailure) ? "the app's key could not be looked up"
        : dkim.Any(key => key.Finding.Status == DomainStatus.Warning) ? "verifiers may take the app's signature for none: its key's record has a warning, such as t=y"
        : "of the app's keys only that of Ed25519 is published, which many verifiers do not know";

    private static string ResultOf(bool? aligned) => aligned switch { true => Pass, false => Fail, null => Unknown };
}
