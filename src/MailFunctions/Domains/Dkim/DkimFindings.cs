using MailFunctions.Smtp.Signing;

namespace MailFunctions.Domains.Dkim;

/// <summary>Compares the records of the app's own DKIM keys with the keys.</summary>
internal static class DkimFindings
{
    private const string Rfc = "RFC 6376 section 3.6.1";

    public static async Task<IReadOnlyList<DomainFinding>> OfAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        if (scope.Sender.Signing is not { } signing)
        {
            return
            [
                new(DomainCheckName.Dkim, scope.Sender.Domain, DomainStatus.Unknown, "The app has no key for this domain, so that it does not sign its mail. A relay may sign by itself.",
                    "A key in MailFunctions:Dkim:Keys, or a relay that signs for this domain.", new DomainFix("Make a key and set it, or let the relay sign."), "RFC 6376 section 3.5"),
            ];
        }
        var findings = await Task.WhenAll(signing.Keys.Select(key => OfAsync(signing, key, scope, cancellationToken)));
        return [.. signing.Keys.Zip(findings, (key, finding) => finding.Status == DomainStatus.NotStarted
            ? BesideOther(finding, signing.Keys.Zip(findings).FirstOrDefault(other => other.First != key && other.First.Algorithm == key.Algorithm).Second)
            : finding)];
    }

    /// <summary>Judges a key without a record by the other key of its algorithm: while that one is published, this one waits.</summary>
    /// <param name="other">The finding on the other key; null where there is none.</param>
    private static DomainFinding BesideOther(DomainFinding finding, DomainFinding? other) => other?.Status switch
    {
        DomainStatus.Verified or DomainStatus.Warning => finding with { Status = DomainStatus.Pending, Found = $"{finding.Found} The other key signs until there is." },
        DomainStatus.TemporaryFailure => CheckScope.Trouble(finding.Check, finding.Name, $"{finding.Found} Whether the other key signs is not known: {other.Found}", finding.Rfc),
        _ => finding,
    };

    private static async Task<DomainFinding> OfAsync(SigningDomain signing, DkimKey key, CheckScope scope, CancellationToken cancellationToken)
    {
        var name = signing.RecordName(key);
        var fix = new DomainFix("Publish the record of the app's key, in place of another at this name.", "DKIM", name, "TXT", key.Record);
        var answer = await scope.Resolver.TextsAsync(name, scope.Budget, cancellationToken);
        if (answer.IsTemporary)
            return CheckScope.Trouble(DomainCheckName.Dkim, name, answer.Reason, Rfc);
        if (answer.Records.Count == 0)
            return new(DomainCheckName.Dkim, name, DomainStatus.NotStarted, "There is no record of the key.", key.Record, fix, Rfc);
        if (answer.Records.Count > 1)
            return Failed($"There are {answer.Records.Count} records at this name: verifiers take any of them, or none.");

        var record = DkimKeyRecord.Parse(answer.Records[0]);
        if (record.Faults.Count > 0)
            return Failed(string.Join(" ", record.Faults));
        if (!record.HasKey(key))
            return Failed("The record has another key than the app signs with.");
        return record.Remarks.Count > 0
            ? new(DomainCheckName.Dkim, name, DomainStatus.Warning, string.Join(" ", record.Remarks), key.Record, fix, Rfc)
            : CheckScope.Verified(DomainCheckName.Dkim, name, record.Bits > 0 ? FormattableString.Invariant($"The record has the app's key, RSA of {record.Bits} bits.") : "The record has the app's key, Ed25519.", Rfc);

        DomainFinding Failed(string found) => new(DomainCheckName.Dkim, name, DomainStatus.Failed, found, key.Record, fix, Rfc);
    }
}
