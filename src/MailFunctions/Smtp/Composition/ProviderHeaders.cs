using System.Collections.Frozen;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Header fields that a mail provider, or the software of a relay, obeys: they can add recipients, change the
/// sender, choose templates and switch tracking, bypassing the ledger, the suppression list, the sandbox and
/// erasure. Callers may not set them.
/// </summary>
/// <remarks>The names come from the providers' own documents; docs/security.md lists them with their effects.</remarks>
internal static class ProviderHeaders
{
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["X-SMTPAPI"] = "SendGrid",
        ["X-APIHEADER"] = "Netcore (Pepipost)",
        ["Channel"] = "Elastic Email",
        ["Pool"] = "Elastic Email",
        ["PoolName"] = "Elastic Email",
        ["IsTransactional"] = "Elastic Email",
        ["PostBack"] = "Elastic Email",
        ["X-PostBack"] = "Elastic Email",
        ["X-Virtual-MTA"] = "PowerMTA",
        ["X-Job"] = "PowerMTA",
        ["X-Envid"] = "PowerMTA",
        ["X-DKIM-Options"] = "PowerMTA",
        ["X-Ignore-Hard"] = "SmartSender",
        ["X-Ignore-Complaint"] = "SmartSender",
        ["X-Ignore-Unsubscribe"] = "SmartSender",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly (string Prefix, string Provider)[] Prefixes =
    [
        ("X-SMTPAPI-", "SendGrid"),
        ("X-SG-", "SendGrid"),
        ("X-SendGrid-", "SendGrid"),
        ("X-MSYS-", "SparkPost"),
        ("X-SparkPost", "SparkPost"),
        ("X-MC-", "Mailchimp Transactional (Mandrill)"),
        ("X-Mandrill", "Mailchimp Transactional (Mandrill)"),
        ("X-SES-", "Amazon SES"),
        ("X-PM-", "Postmark"),
        ("X-Postmark", "Postmark"),
        ("X-Mailgun", "Mailgun"),
        ("X-MJ-", "Mailjet"),
        ("X-Mailjet", "Mailjet"),
        ("X-Mailin-", "Brevo"),
        ("X-Sib-", "Brevo"),
        ("X-Sendinblue", "Brevo"),
        ("X-Brevo", "Brevo"),
        ("X-MS-Exchange-", "Microsoft Exchange"),
        ("X-Microsoft-Antispam", "Microsoft Exchange"),
        ("X-Forefront-", "Microsoft Exchange"),
        ("X-MS-ACSEmail-", "Azure Communication Services"),
        ("X-Elastic", "Elastic Email"),
        ("X-SMTP2GO", "SMTP2GO"),
        ("X-xsMa", "SocketLabs"),
        ("X-xsMe", "SocketLabs"),
        ("X-SocketLabs", "SocketLabs"),
        ("X-MT-", "Mailtrap"),
        ("X-Mailtrap", "Mailtrap"),
        ("X-MailerSend", "MailerSend"),
        ("X-MailChannels", "MailChannels"),
        ("X-ZeptoMail", "ZeptoMail"),
        ("X-TransMail", "ZeptoMail"),
        ("X-Resend-", "Resend"),
        ("Resend-", "Resend"),
        ("X-Clab-", "Contactlab"),
        ("X-AliDM-", "Alibaba Cloud DirectMail"),
        ("X-PMTA-", "PowerMTA"),
        ("X-GreenArrow-", "GreenArrow"),
        ("X-SM-", "Sendmachine"),
        ("AhaSend-", "AhaSend"),
        ("X-UNIONE", "UniOne"),
        ("X-Unosend-", "Unosend"),
        ("X-SMTPeter-", "Copernica SMTPeter"),
        ("X-Kumo", "KumoMTA"),
        ("X-Postal-", "Postal"),
        ("X-IronPort-", "Cisco Secure Email"),
    ];

    /// <returns>The provider that obeys the field; null when none is known.</returns>
    public static string? ProviderOf(string name)
    {
        if (Names.TryGetValue(name, out var provider))
            return provider;
        foreach (var (prefix, owner) in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return owner;
        }

        return null;
    }

    /// <summary>The content without such fields: a sandbox sends none, also in mail that was accepted before it was switched on.</summary>
    public static EmailContent Without(EmailContent content) =>
        content.Headers.Any(field => ProviderOf(field.Name) is not null)
            ? content with { Headers = [.. content.Headers.Where(field => ProviderOf(field.Name) is null)] }
            : content;
}
