using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using static MailFunctions.Smtp.Replies.ReplyConcern;
using static MailFunctions.Smtp.Replies.ReplyStages;

namespace MailFunctions.Smtp.Replies;

/// <summary>
/// The one table that says whether a refusal concerns the recipient, the mail, or us. The first rule that matches
/// decides; without one the stage does: MAIL is unclear, RCPT concerns the recipient, the content the mail.
/// </summary>
/// <remarks>
/// Sources: RFC 3463 (enhanced codes), RFC 4954 section 6 (authentication), RFC 5248 (registry), RFC 7372 (SPF, DKIM, reverse
/// DNS), RFC 7505 (null MX); the relays' own documentation; replies as quoted in public issue trackers and in the reason
/// tables of the bounce parser Sisimai (github.com/sisimai). Each rule names its own, and the tests quote the replies.
/// </remarks>
internal static class ReplyTable
{
    private const string Limit = @"quota|limit|maximum|\bmax\b|\brate\b|allowance|credits?\b|too many|too much|number\b";
    private const string Exceeded = @"exceed|reached|used up|\bover\b|too many|too much|surpassed|overquota|\bhit\b";
    private const string OfSending =
        @"daily|hourly|weekly|monthly|per (?:second|minute|hour|day|month)|\d[- ]?h(?:ou)?rs?\b|hour limit|sending|outgoing|outbound|submission|\bsent\b|relay|credits?\b|to send\b|mail rate|message rate|rate limit|again later";

    /// <summary>Limits that are not ours: of a mailbox, of a message, of a session.</summary>
    private const string OtherLimits =
        @"mailbox|inbox|tried to reach|trying to contact|receiv|\bsize\b|too (?:big|large)|bytes|storage|recipients|\brcpts?\b|\bhops?\b|\bloop|header|line (?:length|too)|attachment|(?:per|in|this|one|a single|on) (?:smtp )?(?:session|connection)|gr[ae]y-?list";

    private static readonly ReplyRule[] Rules =
    [
        // Refusals about the mail, whatever the other words are.
        new(Message, null, Any, "RFC 3463: X.2.3 message length exceeds administrative limit, X.3.4 message too big for system") { Enhanced = @"[45]\.(?:2\.3|3\.4)" },
        new(Message, null, Any, "Postfix: Message size exceeds fixed limit; Gmail: Your message exceeded Google's message size limits; aiosmtpd: Too much mail data") { Texts = [@"\bsize\b|too (?:big|large)|too much mail data", @"message|mail|attachment|content|data"], Except = "step size" },
        new(Message, null, Any, "RFC 3463 X.4.6 routing loop detected") { Texts = [@"\bloop|\bhops?\b|hop count"] },
        new(Message, null, Beyond, "SURBL, URIBL and Spamhaus DBL list what stands in a mail, not who sends it") { Texts = [@"surbl|uribl|\bdbl\b|\burls?\b|contains a link"] },
        new(Message, null, MailFrom, "RFC 3463 X.1.7 bad sender's mailbox address syntax, X.6.x content; RFC 6531 X.6.7") { Enhanced = @"5\.(?:1\.7|6\.\d+)" },

        // Limits of the account, in words that have no other use.
        new(Us, RelayCause.SendingLimit, Any, "Exchange Online: 554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException (learn.microsoft.com, SMTP submission improvements)") { Texts = ["SubmissionQuotaExceeded|MessageSubmissionExceeded|submission quota"] },
        new(Us, RelayCause.SendingLimit, Any, "RFC 3463 section 3.5: X.4.5 congestion is only ever transient; Gmail: 550 5.4.5 Daily user sending limit exceeded (support.google.com/a/answer/3726730)") { Enhanced = @"5\.4\.5" },
        new(Us, RelayCause.SendingLimit, Any, "Zoho: 550 5.4.6 Unusual sending activity detected (cachethq/cachet#3052); a routing loop was told apart above") { Enhanced = @"5\.4\.6" },
        new(Us, RelayCause.SendingLimit, Any, "Exchange Online NDR list: 5.1.90 daily limit for recipients, 5.7.232 trial tenant, 5.7.233 tenant external recipients, 5.7.705 tenant has exceeded threshold") { Enhanced = @"5\.(?:1\.90|7\.(?:232|233|705))" },
        new(Us, RelayCause.SendingLimit, Any, "cPanel/Exim: Domain x has exceeded the max emails per hour, max defers and failures per hour; SendGrid: Maximum credits exceeded; SES: Throttling failure; Zoho: Unusual sending activity")
        {
            Texts = [@"max(?:imum)? (?:defers|e-?mails|messages|mails).* per|credits? exceeded|throttling failure|unusual sending activity|sending (?:limit|quota|rate) (?:\w+ )?exceed|exceed\w* (?:its |the |your )?(?:\w+[- ]){0,2}sending (?:limit|quota|rate)"],
        },

        // The account itself.
        new(Us, RelayCause.Account, Any, "Exchange Online NDR list: 5.1.8 Access denied, bad outbound sender; Zoho: 5.1.8 Email Outgoing Blocked") { Enhanced = @"5\.1\.8", Texts = ["outbound|outgoing|blocked|access denied"] },
        new(Us, RelayCause.Account, Any, "RFC 5248 X.7.13 user account disabled; Exchange Online: 5.7.501 to 5.7.503 access denied, spam abuse or banned sender, 5.7.750 unregistered domains") { Enhanced = @"5\.7\.(?:13|50[1-3]|750)" },
        new(Us, RelayCause.Account, Any, "SES: Sending paused for this account; smtp2go: Your account has been suspended (gophish/gophish#720); Brevo: SMTP account not yet activated; Mailgun: Free accounts are for test purposes only; Postmark: pending approval")
        {
            Texts = [@"sending (?:has been |is |was )?(?:paused|suspended|disabled|blocked)|your (?:\w+ )?account.*(?:suspend|disabl|block|\block|deactivat|inactive|expired|restrict|terminat|closed|not (?:yet )?activ|on hold|under review)|account (?:has been |is )?(?:paused|not (?:yet )?activated|pending approval|under review)|free accounts|(?:restricted|blocked|suspended|disabled|barred) from sending|not subscribed to ses"],
            Except = "tried to reach|recipient account",
        },

        new(Us, RelayCause.Account, Any, "Outlook.com: 554 5.2.0 STOREDRV.Submission.Exception:OutboundSpamException, WASCL UserAction verdict (nodemailer/nodemailer#1486)") { Texts = ["OutboundSpamException|WASCL UserAction"] },

        // The sender, in words that also name a user or a relay.
        new(Us, RelayCause.Sender, MailFrom | Beyond, "SES: User is not authorized to perform ses:SendRawEmail on resource; Zoho: Relaying disallowed as x (frappe/erpnext#19057); SparkPost: Unconfigured Sending Domain; Exim: Verification failed for, Sender verify failed (PHPMailer/PHPMailer#1187); Yandex: sender mismatch with login user")
        {
            Texts = [@"not authori[sz]ed to perform .?ses:|relaying disallowed as|unconfigured sending domain|sender verif(?:y|ication) failed|verification failed for <|(?:sender|from) mismatch|mismatch\w* with (?:the )?(?:log-?in|auth)"],
        },

        // The recipient, by an explicit code.
        new(ReplyConcern.Recipient, null, Beyond, "RFC 3463: X.1.1 to X.1.6 destination address, X.2.0 to X.2.4 mailbox; RFC 7505 X.1.10 null MX") { Enhanced = @"[45]\.(?:1\.(?:[1-6]|10)|2\.[0-4])", Except = @"not verified|SendAsDenied|your account|STOREDRV\.Submission" },
        new(ReplyConcern.Recipient, null, Beyond, "Gmail: the email account that you tried to reach is over quota or disabled; the user you are trying to contact is receiving mail too quickly") { Texts = [@"tried to reach|trying to contact|mailbox (?:is )?(?:full|unavailable|not found|over|quota|disabled)|no such (?:user|mailbox)|user unknown|unknown user"] },

        new(ReplyConcern.Recipient, null, Beyond, "Exchange: RESOLVER.RST.AuthRequired, 5.7.12x and 5.7.13x, a group or mailbox that takes mail of its own organisation alone") { Texts = [@"RESOLVER\.RST|AuthRequired|SenderNotAuthenticatedFor"] },
        new(ReplyConcern.Recipient, null, Beyond, "Exchange Online NDR list: 5.7.120 to 5.7.139 restrictions of the recipient") { Enhanced = @"5\.7\.1[23]\d", Codes = "550" },

        // The sender's domain. Before authentication, since these texts contain "unauthenticated" too.
        new(Us, RelayCause.SenderDomain, MailFrom | Beyond, "RFC 7372: X.7.20 to X.7.24 and X.7.26; Exchange Online: 5.7.509 DMARC, 5.7.515 authentication level of the sending domain") { Enhanced = @"[45]\.7\.(?:2[0-46]|509|515)" },
        new(Us, RelayCause.SenderDomain, MailFrom | Beyond, "Gmail and Yahoo sender requirements; SPF by RFC 7208 section 8.4, DMARC by RFC 7489 section 10.3") { Texts = [@"\b(?:spf|dkim|dmarc)\b"] },

        // TLS. Before authentication, since both use 530.
        new(Us, RelayCause.Tls, Any, "RFC 3207 section 4: 530 Must issue a STARTTLS command first; RFC 5248 X.7.10, RFC 4954 X.7.11")
        {
            Texts = [@"starttls|\b(?:tls|ssl)\b.*(?:requir|need|must)|(?:requir|need|must|use).*\b(?:tls|ssl)\b|encryption (?:is )?(?:required|needed)|secure connection"],
            Except = "rcpt domain|recipient|requiretls",
        },
        new(Us, RelayCause.Tls, Any, "RFC 5248 X.7.10 encryption needed, RFC 4954 X.7.11 encryption required for the mechanism; 538 of RFC 2554") { Enhanced = @"[45]\.7\.1[01]" },

        // Credentials.
        new(Us, RelayCause.Credentials, Any, "RFC 4954 section 6: 530, 534, 535, and 538 of RFC 2554") { Codes = "530|534|535|538" },
        new(Us, RelayCause.Credentials, Any, "Exchange: 5.7.57 Client not authenticated; 5.7.30 Basic authentication is not supported") { Enhanced = @"5\.7\.(?:57|30)", Except = "requiretls" },
        new(Us, RelayCause.Credentials, ByRelay, "RFC 4954: X.7.8, X.7.9; of content Yahoo says 5.7.9 for its policy") { Enhanced = @"5\.7\.[89]" },
        new(Us, RelayCause.Credentials, Beyond, "RFC 4954: X.7.8, X.7.9, with words that mean them") { Enhanced = @"5\.7\.[89]", Texts = [@"authenticat|credential|password|\blog ?in"] },
        new(Us, RelayCause.Credentials, Any, "Exim: 550 authentication required; qmail: 553 sorry, authenticate first; MailEnable: 503 This mail server requires authentication; SendGrid: 550 Unauthenticated senders not allowed (sendgrid/docs#6473)")
        {
            Codes = "5..",
            Texts = [@"authenticat\w*.*(?:requir|need|first|must)|(?:must|please|need|requir|have to|\bsend\b).*(?:authenticat|\blog ?[io]n\b|\bauth\b)|not authenticated|unauthenticated (?:sender|mail|user)|not logged in|login required|pop before smtp|pop3? first"],
        },

        // Too many connections at a time: the relay is busy, and accepts us otherwise.
        new(Message, null, ByRelay, "Exim: 421 Too many concurrent SMTP connections from this IP address; Sendmail: 421 4.3.2 Too many open connections, Connection rate limit exceeded") { Codes = "4..", Texts = [@"\bconnections?\b|\b(?:clients|processes|sessions)\b", @"too many|concurrent|limit|maximum|\brate\b"] },

        // The name of this host.
        new(Us, RelayCause.HeloName, Any, "Postfix: 504 5.5.2 and 450 4.7.1 Helo command rejected; Exim/cPanel: 550 Access denied - Invalid HELO name") { Codes = "[45]..", Texts = [@"\b(?:helo|ehlo)\b", "reject|invalid|denied|need|requir|resolv|fully|fqdn|\\bbad\\b|not found|not match|forged"], Except = @"first|polite" },

        // Relaying.
        new(Us, RelayCause.Relaying, Any, "Postfix: 554 5.7.1 Relay access denied; Sendmail: Relaying denied; Exim: relay not permitted; qmail: not in my list of allowed rcpthosts; hMailServer: Delivery is not allowed to this address; Exchange: 5.7.54 Unable to relay, 5.7.64 TenantAttribution")
        {
            Texts = [@"relay(?:ing)?(?: access)?(?: is| to \S+)? (?:denied|not (?:permitted|allowed)|disallowed|prohibited|disabled|forbidden|rejected)|(?:unable|not (?:allowed|permitted|authori[sz]ed)|cannot|can't|refuse|denied|do not|does not|don't|won't)(?: to)? relay|allowed rcpthosts?|delivery is not allowed to this address|not an? open relay|TenantAttribution"],
        },
        new(Us, RelayCause.Relaying, Any, "Exchange: 5.7.54 Unable to relay recipient in non-accepted domain, 5.7.64 TenantAttribution; Relay Access Denied") { Enhanced = @"5\.7\.(?:54|64)" },

        // The sender.
        new(Us, RelayCause.Sender, MailFrom | Beyond, "Exchange: 5.7.60 not permitted to send as this sender, 5.2.252 SendAsDenied; RFC 7505 X.7.27 sender address has null MX") { Enhanced = @"5\.(?:7\.(?:60|27)|2\.252)" },
        new(Us, RelayCause.Sender, MailFrom | Beyond, "Postfix: Sender address rejected: not owned by user; SES: Email address is not verified; SendGrid: does not match a verified Sender Identity; Brevo: the sender you used is not valid; GMX: Sender address is not allowed")
        {
            Texts = [@"send ?as ?denied|send as (?:this|the) sender|not owned by|verified sender|sender (?:signature|identit)|(?:sender|from (?:address|domain|e-?mail)|mail from).*not (?:been )?(?:verified|valid\b|validated|allowed|authori[sz]ed|permitted|confirmed)|(?:address|identity|identities|domain)(?: is| are)? not (?:been )?(?:verified|validated)|failed the check in region|not (?:allowed|authori[sz]ed|permitted) to send (?:from|as|on behalf|mail from|e-?mail from)|unregistered domain"],
            Except = @"recipient address|\bip\b|client host",
        },

        // Our address.
        new(Us, RelayCause.Address, Any, "RFC 7372 X.7.25 reverse DNS; IANA registry X.7.28 mail flood; Exchange Online: 5.7.606 to 5.7.649 banned sending IP, 5.7.511 banned sender, 5.7.708 traffic not accepted from this IP") { Enhanced = @"[45]\.7\.(?:25|28|511|60[6-9]|6[1-4]\d|708)" },
        new(Us, RelayCause.Address, Any, "Brevo: 525 5.7.1 Unauthorized IP address") { Codes = "525", Texts = [@"\bip\b"] },
        new(Us, RelayCause.Address, Any, "Postfix reject_rbl_client: Client host [x] blocked using zen.spamhaus.org; Gmail: The IP you're using to send mail is not authorized; smtp2go: that IP address is not allowed to send; Yahoo: cannot find your hostname")
        {
            Texts = [@"client host .*(?:reject|block|listed)|blocked using|listed (?:in|on|at|by)\b|\b(?:rbl|dnsbl)\b|black-?list|block ?list|spamhaus|barracuda|spamcop|\bsorbs\b|banned sending|(?:your|this|sending|sender|from|unauthori[sz]ed|that|the) ip\b|your ips\b|ip address .*(?:not|block|ban|reject)|reverse dns|\bptr\b|\brdns\b|find your (?:reverse )?hostname"],
            Except = "not listed|recipient'?s? (?:black|block)|by (?:the )?(?:user|recipient)",
        },

        // Limits in general words: at MAIL and before, no other mailbox than ours can be meant.
        new(Us, RelayCause.SendingLimit, ByRelay, "RFC 5321 section 3.3: no recipient is named before RCPT; Postfix anvil: too much mail from; Mailjet, OVH, IONOS, GoDaddy: own words") { Codes = "[45]..", Texts = [Limit, Exceeded], Except = @"\bsize\b|too (?:big|large)|bytes|recipients|\brcpts?\b|(?:per|in|this|one|a single|on|many) (?:smtp )?(?:sessions?|connections?)|\b(?:clients|processes|sessions)\b|concurrent|gr[ae]y-?list|errors" },
        new(Us, RelayCause.SendingLimit, Beyond, "STRATO and 1&1: 554 5.7.0 The limit on the number of allowed outgoing messages was exceeded. Try again later; GoDaddy: exceeded its 24-hour sending limit (nodemailer/nodemailer#1137); exceeded hour limit (gophish/gophish#3231)") { Codes = "[45]..", Texts = [Limit, Exceeded, OfSending], Except = OtherLimits },
        new(Us, RelayCause.SendingLimit, Beyond, "OVH: sorry, too many emails (aschroder/Magento-SMTP-Pro-Email-Extension#94)") { Codes = "[45]..", Texts = ["too many (?:e-?mails|messages|mails)|too much mail"], Except = OtherLimits },
        new(Us, RelayCause.SendingLimit, Beyond, "Prolateral: Recipient address rejected: You have exceeded your Outmail quota (support.prolateral.com, article 187)") { Codes = "[45]..", Texts = [@"you(?:'ve| have) (?:exceeded|reached|used up|hit) your", Limit], Except = OtherLimits },
        new(Us, RelayCause.Account, ByRelay, "Own words of many hosters at MAIL: account, domain or service suspended, disabled, blocked") { Codes = "[45]..", Texts = [@"account|\buser\b|mailbox|subscription|tenant|licen[sc]e|service|sending", @"suspend|paused|disabl|deactivat|blocked|locked|inactive|not active|expired|restricted|terminated|on hold|banned"] },

        // Enhanced codes that RFC 3463 defines for transient failures only, sent with 5yz.
        new(Us, RelayCause.System, Any, "RFC 3463: X.3.1 mail system full and X.4.3 directory server failure are useful only as persistent transient errors") { Enhanced = @"5\.(?:3\.1|4\.3)" },
        new(Us, RelayCause.System, ByRelay, "RFC 3463: X.3.2 not accepting messages, X.3.5 incorrectly configured, X.4.1, X.4.2, X.4.7; at RCPT Exchange says 5.4.1 of unknown recipients") { Enhanced = @"5\.(?:3\.[25]|4\.[127])" },
    ];

    /// <summary>The rules, for the test that checks each against its samples.</summary>
    public static IReadOnlyList<ReplyRule> All => Rules;

    /// <param name="reply">A refusal: 4yz or 5yz.</param>
    public static ReplyMeaning Of(SmtpReply reply)
    {
        if (reply.Code is < 400 or > 599 || StageOf(reply.Stage) is not { } stage)
            return new ReplyMeaning(reply.Stage == SmtpStage.RcptTo ? ReplyConcern.Recipient : Message, null);

        // The enhanced code is repeated in each line of a long reply, in the middle of sentences.
        var text = reply.EnhancedCode is { } enhanced ? reply.Text.Replace($" {enhanced} ", " ", StringComparison.Ordinal) : reply.Text;
        var read = reply with { Text = text };
        var code = reply.Code.ToString(CultureInfo.InvariantCulture);
        var rule = Array.Find(Rules, rule => rule.Fits(stage, code, read));
        if (rule is not null)
            return new ReplyMeaning(rule.Concern, rule.Cause);
        return new ReplyMeaning(stage is Rcpt ? ReplyConcern.Recipient : stage is MailFrom && reply.Code >= 500 ? Unclear : Message, null);
    }

    private static ReplyStages? StageOf(SmtpStage stage) => stage switch
    {
        SmtpStage.Local => null,
        SmtpStage.MailFrom => MailFrom,
        SmtpStage.RcptTo => Rcpt,
        SmtpStage.Data or SmtpStage.FinalDot => Content,
        _ => Session,
    };
}
