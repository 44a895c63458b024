using System.Text.RegularExpressions;
using MailFunctions.Smtp.Credentials;

namespace MailFunctions.Smtp.Relays;

/// <summary>The known values of a service, for settings that are not given. All of them require STARTTLS on port 587.</summary>
internal sealed partial record RelayPreset
{
    public const string Names = "exchange-online, ses, gmail or acs";

    /// <summary>The host if the service has a single one; null where the settings must name it.</summary>
    public string? Host { get; init; }

    /// <summary>The pattern that a host must match, so that the limits of one service are not applied to another.</summary>
    public required Regex HostPattern { get; init; }

    /// <summary>An example of a matching host, for the error message.</summary>
    public required string HostExample { get; init; }

    /// <summary>The kind of login when no password is set.</summary>
    public LoginKind Login { get; init; } = LoginKind.Password;

    public string? Scope { get; init; }

    public int? MaxConnections { get; init; }

    public int? MaxMailsPerConnection { get; init; }

    public int? PerMinute { get; init; }

    public int? PerHour { get; init; }

    public int? PerDay { get; init; }

    public int? RecipientsPerDay { get; init; }

    /// <summary>The header fields that it rewrites, separated by commas.</summary>
    public string? RewrittenHeaders { get; init; }

    /// <summary>
    /// Returns the domain that the service documents for the SPF record of its senders, for a host of it; null where none is known.
    /// </summary>
    public Func<string, string?>? SpfIncludeOf { get; init; }

    /// <summary>True if the service puts a domain of its own into the envelope, unless it is told to use one of the sender's.</summary>
    public bool ReplacesEnvelope { get; init; }

    public static RelayPreset? Find(string name) => name switch
    {
        "exchange-online" => ExchangeOnline,
        "ses" => Ses,
        "gmail" => Gmail,
        "acs" => Acs,
        _ => null,
    };

    /// <summary>
    /// SMTP AUTH submission to Exchange Online: 3 connections, 30 messages a minute, 10,000 recipients a day
    /// (learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements). OAuth, since basic
    /// authentication is disabled by default from the end of December 2026. SPF by
    /// learn.microsoft.com/defender-office-365/email-authentication-spf-configure.
    /// </summary>
    private static RelayPreset ExchangeOnline { get; } = new()
    {
        Host = "smtp.office365.com",
        HostPattern = ExchangeHost(),
        HostExample = "smtp.office365.com",
        Login = LoginKind.XOAuth2,
        Scope = "https://outlook.office365.com/.default",
        MaxConnections = 3,
        PerMinute = 30,
        RecipientsPerDay = 10_000,
        SpfIncludeOf = host => host.EndsWith(".us", StringComparison.OrdinalIgnoreCase) ? "spf.protection.office365.us"
            : host.EndsWith(".cn", StringComparison.OrdinalIgnoreCase) ? "spf.protection.partner.outlook.cn"
            : "spf.protection.outlook.com",
    };

    /// <summary>
    /// Amazon SES (docs.aws.amazon.com/ses/latest/dg/smtp-connect.html). Its sending quotas belong to each account, so no
    /// rate is preset: a new account has one mail a second and 200 a day. It replaces Message-ID and Date
    /// (docs.aws.amazon.com/ses/latest/dg/header-fields.html).
    /// </summary>
    private static RelayPreset Ses { get; } = new()
    {
        HostPattern = SesHost(),
        SpfIncludeOf = _ => "amazonses.com",
        ReplacesEnvelope = true,
        HostExample = "email-smtp.eu-central-1.amazonaws.com",
        RewrittenHeaders = "Message-ID, Date",
    };

    /// <summary>
    /// Google Workspace: 2,000 messages and 10,000 recipients a day (support.google.com/a/answer/166852); it drops a
    /// connection after 70 to 90 mails. It needs an app password. SPF by support.google.com/a/answer/33786.
    /// </summary>
    private static RelayPreset Gmail { get; } = new()
    {
        Host = "smtp.gmail.com",
        HostPattern = GmailHost(),
        SpfIncludeOf = _ => "_spf.google.com",
        HostExample = "smtp.gmail.com",
        Scope = "https://mail.google.com/",
        MaxMailsPerConnection = 70,
        PerDay = 2_000,
        RecipientsPerDay = 10_000,
    };

    /// <summary>
    /// Azure Communication Services: 30 mails a minute and 100 an hour until raised on request
    /// (learn.microsoft.com/azure/communication-services/concepts/service-limits). SPF by
    /// learn.microsoft.com/azure/communication-services/concepts/email/email-authentication-best-practice; of the cloud for the
    /// government of the United States none is documented.
    /// </summary>
    private static RelayPreset Acs { get; } = new()
    {
        Host = "smtp.azurecomm.net",
        HostPattern = AcsHost(),
        SpfIncludeOf = host => host.EndsWith(".us", StringComparison.OrdinalIgnoreCase) ? null : "spf.protection.outlook.com",
        HostExample = "smtp.azurecomm.net",
        Login = LoginKind.XOAuth2,
        Scope = "https://communication.azure.com/.default",
        PerMinute = 30,
        PerHour = 100,
    };

    [GeneratedRegex(@"\A(smtp\.office365\.(com|us)|smtp\.partner\.outlook\.cn)\z", RegexOptions.IgnoreCase)]
    private static partial Regex ExchangeHost();

    [GeneratedRegex(@"\Aemail-smtp(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex SesHost();

    [GeneratedRegex(@"\Asmtp(-relay)?\.gmail\.com\z", RegexOptions.IgnoreCase)]
    private static partial Regex GmailHost();

    [GeneratedRegex(@"\Asmtp\.azurecomm\.(net|us)\z", RegexOptions.IgnoreCase)]
    private static partial Regex AcsHost();
}
