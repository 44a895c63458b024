using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Smtp.Relays;

/// <summary>Reads the options of one relay and checks them.</summary>
/// <param name="path">The section of the relay: <c>MailFunctions:Relay</c> or <c>MailFunctions:Relays:{name}</c>.</param>
/// <param name="errors">Receives every error, each with the setting's name and its allowed values; never the value of a secret.</param>
internal sealed partial class RelayReader(string path, RelayOptions options, ScaleOptions scale, ICollection<string> errors)
{
    private readonly int _errorsBefore = errors.Count;

    /// <param name="key">The relay's name among several; null for the only one.</param>
    /// <returns>Null when there is any error.</returns>
    public Relay? Read(string? key)
    {
        var preset = ReadPreset();
        var address = new RelayAddress(path, options, preset, errors);
        var match = ReadMatch();
        var maxConnections = options.MaxConnections ?? preset?.MaxConnections ?? 10;
        var maxMails = options.MaxMailsPerConnection ?? preset?.MaxMailsPerConnection ?? 100;
        Check(options.ConnectTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "ConnectTimeout");
        Check(options.ReplyTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "ReplyTimeout");
        Check(options.FinalReplyTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20), "FinalReplyTimeout");
        Check(options.ConnectionWait, TimeSpan.Zero, TimeSpan.FromMinutes(1), "ConnectionWait");
        Check(options.IdleTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10), "IdleTimeout");
        Check(options.MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "MaxAge");
        Check(maxConnections, 1, 1_000, "MaxConnections");
        Check(maxMails, 1, 10_000, "MaxMailsPerConnection");
        Check(options.BulkShare is >= 0 and <= 1, "BulkShare", "0 to 1");
        Check(options.Weight, 0, 100, "Weight");
        Check(options.BreakerFailures, 1, 1_000, "BreakerFailures");
        var limits = ReadLimits(preset);
        var signedFields = SignedFields.Without(options.RewrittenHeaders ?? preset?.RewrittenHeaders);
        Check(signedFields is not null, "RewrittenHeaders", "names of headers that signatures cover, except From, separated by commas");
        var spf = RelaySpf.Read(options, preset, address.Host, out var fault);
        Check(spf is not null, fault.Setting, fault.Takes);
        var localName = ReadLocalName();
        var login = new RelayLoginReader(path, options, preset, address, errors).Read();
        var certificate = ReadClientCertificate();
        var name = options.Name ?? key ?? address.Host;
        Check(NamePattern().IsMatch(name) || HasErrors, "Name", "1 to 64 letters, digits, dots, dashes, underscores or colons");
        var connections = HasErrors ? default : Divide(maxConnections, match.Lane);
        return HasErrors ? null : new Relay
        {
            Name = name,
            Host = address.Host,
            Port = address.Port,
            Security = address.Security,
            IsLoopback = address.IsLoopback,
            CheckRevocation = options.CheckRevocation,
            Login = login,
            ClientCertificate = certificate,
            LocalName = localName,
            ConnectTimeout = options.ConnectTimeout,
            ReplyTimeout = options.ReplyTimeout,
            FinalReplyTimeout = options.FinalReplyTimeout,
            Connections = connections,
            ConnectionWait = options.ConnectionWait,
            MaxMailsPerConnection = maxMails,
            Chunking = new Chunking(options.Chunking),
            SignedFields = options.Sign ? signedFields : null,
            IdleTimeout = options.IdleTimeout,
            MaxAge = options.MaxAge,
            Weight = options.Weight,
            Match = match,
            BreakerFailures = options.BreakerFailures,
            Limits = limits,
            Spf = spf!,
        };
    }

    private bool HasErrors => errors.Count > _errorsBefore;

    private RelayPreset? ReadPreset()
    {
        if (string.IsNullOrWhiteSpace(options.Preset))
            return null;
        var preset = RelayPreset.Find(options.Preset);
        Check(preset is not null, "Preset", RelayPreset.Names);
        return preset;
    }

    private string? ReadLocalName()
    {
        if (string.IsNullOrWhiteSpace(options.LocalName))
            return null;
        var name = EhloName.Read(options.LocalName.Trim());
        Check(name is not null, "LocalName", "a domain name with a dot, such as mail.example.com, or an address literal, such as [192.0.2.1] or [IPv6:2001:db8::1]");
        return name;
    }

    private RelayMatch ReadMatch()
    {
        var lane = default(Lane?);
        if (!string.IsNullOrWhiteSpace(options.Match.Lane))
        {
            Check(LaneNames.TryParse(options.Match.Lane, out var only), "Match:Lane", $"{LaneNames.Transactional} or {LaneNames.Bulk}");
            lane = only;
        }

        return new RelayMatch(Split(options.Match.SenderDomains, Ascii), lane, Split(options.Match.Tags, tag => tag)) { Fallback = options.Match.Fallback };
    }

    private static FrozenSet<string>? Split(string? list, Func<string, string> read)
    {
        var entries = (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return entries.Length == 0 ? null : entries.Select(read).ToFrozenSet(StringComparer.Ordinal);
    }

    private string Ascii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            Check(false, "Match:SenderDomains", "domains, separated by commas");
            return domain;
        }
    }

    private List<RateLimit> ReadLimits(RelayPreset? preset)
    {
        List<RateLimit> limits =
        [
            new("PerSecond", options.PerSecond ?? 0, TimeSpan.FromSeconds(1), RateUnit.Mails),
            new("PerMinute", options.PerMinute ?? preset?.PerMinute ?? 0, TimeSpan.FromMinutes(1), RateUnit.Mails),
            new("PerHour", options.PerHour ?? preset?.PerHour ?? 0, TimeSpan.FromHours(1), RateUnit.Mails),
            new("PerDay", options.PerDay ?? preset?.PerDay ?? 0, TimeSpan.FromDays(1), RateUnit.Mails),
            new("RecipientsPerDay", options.RecipientsPerDay ?? preset?.RecipientsPerDay ?? 0, TimeSpan.FromDays(1), RateUnit.Recipients),
        ];
        limits.RemoveAll(limit => limit.Count == 0);
        foreach (var limit in limits)
            Check(limit.Count, limit.Unit == RateUnit.Recipients ? RateLimit.LeastRecipients : 1, RateLimit.MostPer(limit.Window), limit.Name);
        return limits;
    }

    private X509Certificate2? ReadClientCertificate() =>
        CertificateFile.Read(
            options.ClientCertificatePath, options.ClientCertificate, options.ClientCertificatePassword, fault => errors.Add($"{path}:{fault}"));

    private ConnectionShares Divide(int cap, Lane? lane)
    {
        var shares = ConnectionShares.Divide(cap, options.BulkShare, lane, scale, out var fault);
        if (fault is not null)
            errors.Add($"{path}:MaxConnections {fault}");
        return shares;
    }

    private void Check(TimeSpan value, TimeSpan least, TimeSpan most, string setting) =>
        Check(value >= least && value <= most, setting, $"{least:c} to {most:c}");

    private void Check(int value, int least, int most, string setting) =>
        Check(value >= least && value <= most, setting, FormattableString.Invariant($"{least} to {most}"));

    private void Check(bool isRight, string setting, string allowed)
    {
        if (!isRight)
            errors.Add($"{path}:{setting} is out of range: it takes {allowed}.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,64}\z")]
    private static partial Regex NamePattern();
}
