namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET domains/{domain}/check</c>: what receivers find in DNS about mail from the domain.</summary>
/// <param name="Name">The domain, in A-labels.</param>
/// <param name="Status">
/// <c>failed</c> if a finding failed, <c>not_started</c> if records are missing, <c>temporary_failure</c> if DNS did not answer; else
/// <c>verified</c>. MTA-STS, TLS-RPT and BIMI do not change it.
/// </param>
/// <param name="OrganizationalDomain">The domain that DMARC compares in relaxed alignment (RFC 9989 section 4.10); absent when DNS did not answer.</param>
/// <param name="EnvelopeDomain">The domain of the envelope's sender, whose SPF record counts.</param>
/// <param name="Spf">The SPF record, then all that it includes, in the order of the tree; absent without a record.</param>
/// <param name="Relays">Whether a mail from the domain would pass, for each relay that may get one.</param>
[Schema("DomainCheck")]
public sealed record DomainCheckAnswer(
    string Name,
    [Words(typeof(DomainStatus))] string Status,
    DateTimeOffset CheckedAt,
    string? OrganizationalDomain,
    string EnvelopeDomain,
    IReadOnlyList<DomainFinding> Findings,
    IReadOnlyList<SpfRecordAnswer>? Spf,
    IReadOnlyList<RelayAuthentication> Relays);

/// <param name="Name">The DNS name that was asked for, or the relay.</param>
/// <param name="Found">A sentence about what is there, for a person; its wording may change.</param>
/// <param name="Expected">What should be there; absent when it is.</param>
/// <param name="Rfc">The section that asks for it.</param>
[Schema("DomainFinding")]
public sealed record DomainFinding(
    [Words(typeof(DomainCheckName))] string Check,
    string Name,
    [Words(typeof(DomainStatus))] string Status,
    string Found,
    string? Expected,
    DomainFix? Fix,
    string Rfc);

/// <summary>The remedy of a finding, with the record to publish.</summary>
/// <param name="Record">What the record is for, as <c>SPF</c>; absent when no record helps.</param>
/// <param name="Name">The name of the record, complete.</param>
/// <param name="Value">The record's text, to be copied.</param>
[Schema("DomainFix")]
public sealed record DomainFix(string Sentence, string? Record = null, string? Name = null, string? Type = null, string? Value = null);

/// <summary>One record of SPF in the tree of those that lead to each other.</summary>
/// <param name="Level">The number of terms that lead here: 0 for the record of the domain itself.</param>
/// <param name="Via">The term that leads here; absent at the root.</param>
/// <param name="Record">The record; absent when there is none.</param>
/// <param name="Error">Why it cannot be evaluated.</param>
/// <param name="Lookups">The terms that need DNS, here and below; receivers stop at more than 10.</param>
/// <param name="VoidLookups">The names without a record, here and below; receivers stop at more than 2.</param>
[Schema("SpfRecord")]
public sealed record SpfRecordAnswer(
    int Level,
    string Name,
    string? Via,
    string? Record,
    string? Error,
    int Lookups,
    int VoidLookups);

/// <summary>The result that a mail from the domain would get at a receiver when a relay has sent it.</summary>
/// <param name="Spf">SPF passes, and its domain is aligned with that of From.</param>
/// <param name="Dkim">The app's own signature passes, and its domain is aligned with that of From.</param>
/// <param name="Dmarc">One of the two is enough.</param>
[Schema("RelayAuthentication")]
public sealed record RelayAuthentication(
    string Relay,
    [System.ComponentModel.DataAnnotations.AllowedValues("pass", "fail", "unknown")] string Spf,
    [System.ComponentModel.DataAnnotations.AllowedValues("pass", "fail", "unknown")] string Dkim,
    [System.ComponentModel.DataAnnotations.AllowedValues("pass", "fail", "unknown")] string Dmarc,
    string Sentence);
