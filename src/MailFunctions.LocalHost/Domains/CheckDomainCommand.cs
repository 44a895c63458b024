using MailFunctions.Contracts;

namespace MailFunctions.LocalHost.Domains;

/// <summary>Shows what receivers find in DNS about mail from a domain, with the records to publish.</summary>
internal static class CheckDomainCommand
{
    public const string Name = "check-domain";

    public const string Usage = """
        Checks a sender's domain (docs/deliverability.md): SPF, DKIM, DMARC, and whether it receives mail.

          check-domain DOMAIN   shows each finding, and the record to publish where one is missing or wrong
            --Key=Value         any setting: the relays, MailFunctions:Dkim:Keys, MailFunctions:Dns:Server

        Exit code 0: verified; 1: a finding failed, or a record is missing; 2: DNS did not answer.
        """;

    /// <summary>The longest string of a TXT record (RFC 1035 section 3.3.14).</summary>
    private const int LongestString = 255;

    /// <param name="arguments">The arguments after <c>check-domain</c>.</param>
    /// <returns>The domain, and every --Key=Value.</returns>
    /// <exception cref="CannotStartException">The arguments are invalid.</exception>
    public static (string Domain, IReadOnlyList<string> Settings) Parse(IReadOnlyList<string> arguments)
    {
        var settings = arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)).ToList();
        if (settings.Find(setting => !setting.Contains('=', StringComparison.Ordinal)) is { } unknown)
            throw new CannotStartException($"{unknown} is not a switch of {Name}; a setting is given as --Key=Value.");
        return arguments.Except(settings).ToList() is [var domain]
            ? (domain, settings)
            : throw new CannotStartException($"{Name} needs one domain; '{Name} --help' says more.");
    }

    /// <returns>The exit code.</returns>
    /// <exception cref="CannotStartException">The request cannot be fulfilled.</exception>
    public static async Task<int> RunAsync(string domain, IConfiguration configuration, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            var check = await DomainCheckup.RunAsync(configuration, domain, cancellationToken);
            Write(check, output);
            return check.Status switch { DomainStatus.Verified => 0, DomainStatus.TemporaryFailure => 2, _ => 1 };
        }
        catch (ArgumentException refused)
        {
            throw new CannotStartException(refused.Message);
        }
    }

    private static void Write(DomainCheckAnswer check, TextWriter output)
    {
        output.WriteLine($"{check.Name}: {check.Status}");
        foreach (var finding in check.Findings)
        {
            output.WriteLine($"  {finding.Status,-17} {finding.Check,-11} {finding.Name}");
            output.WriteLine($"    {finding.Found} ({finding.Rfc})");
            if (finding.Fix is not { } fix)
                continue;
            output.WriteLine($"    {fix.Sentence}");
            if (fix.Value is { } value)
                output.WriteLine($"    {fix.Name} {fix.Type} {(fix.Type == "TXT" ? Quoted(value) : value)}");
        }

        if (check.Spf is { } spf)
        {
            output.WriteLine("The tree of SPF, with the lookups of each part:");
            foreach (var record in spf)
                output.WriteLine($"  {new string(' ', 2 * record.Level)}{record.Lookups,-3} {record.Via ?? record.Name}{(record.Error is { } error ? $"  {error}" : "")}");
        }
        foreach (var relay in check.Relays)
            output.WriteLine($"{relay.Dmarc}: {relay.Sentence}");
    }

    private static string Quoted(string value) => string.Join(' ', value.Chunk(LongestString).Select(piece => $"\"{new string(piece)}\""));
}
