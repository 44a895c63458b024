using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Tests.Smtp;

/// <summary>Replies of real relays, as their documentation or public reports quote them.</summary>
public sealed class ReplyTableTests
{
    /// <summary>About us: stage, code, text, cause, source.</summary>
    public static TheoryData<string, int, string, string, string> Ours => new()
    {
        // Limits.
        { "MailFrom", 550, "5.4.5 Daily user sending quota exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852 - gsmtp", "SendingLimit", "support.google.com/a/answer/3726730" },
        { "FinalDot", 550, "5.4.5 Daily SMTP relay limit exceeded for customer.", "SendingLimit", "support.google.com/a/answer/3726730" },
        { "FinalDot", 554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception", "SendingLimit", "learn.microsoft.com: SMTP submission improvements" },
        { "RcptTo", 550, "Delivery is not allowed to this address.", "Relaying", "hMailServer: SMTPConnection, when an IP range may not relay" },
        { "MailFrom", 554, "5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", "SendingLimit", "the same" },
        { "FinalDot", 554, "5.7.0 Your message could not be sent. The limit on the number of allowed outgoing messages was exceeded. Try again later.", "SendingLimit", "STRATO, 1&1" },
        { "MailFrom", 554, "5.7.0 Your message limit was exceeded. Try again later", "SendingLimit", "own words at MAIL" },
        { "MailFrom", 550, "5.4.6 Unusual sending activity detected. Learn more.", "SendingLimit", "Zoho; cachethq/cachet#3052" },
        { "FinalDot", 550, "5.4.6 Unusual sending activity detected. <a href=https://www.zoho.com/mail/help/usage-policy.html target=_blank>Learn more.</a> To unblock <a href=https://mail.zoho.com/UnblockMe target=_blank>Click here.</a>", "SendingLimit", "Zoho; cachethq/cachet#3052" },
        { "MailFrom", 550, "Domain example.org has exceeded the max emails per hour (100/100 (100%)) allowed. Message discarded.", "SendingLimit", "cPanel, Exim" },
        { "RcptTo", 550, "5.7.1 Relay denied: exceeded the max emails per hour (200 max)", "SendingLimit", "cPanel, Exim" },
        { "RcptTo", 550, "Domain example.org has exceeded the max defers and failures per hour (5/5 (100%)) allowed. Message discarded.", "SendingLimit", "cPanel, Exim" },
        { "MailFrom", 451, "Authentication failed: Maximum credits exceeded", "SendingLimit", "SendGrid" },
        { "Auth", 451, "Authentication failed: Maximum credits exceeded", "SendingLimit", "SendGrid" },
        { "FinalDot", 454, "Throttling failure: Daily message quota exceeded", "SendingLimit", "docs.aws.amazon.com: SES SMTP response codes" },
        { "FinalDot", 454, "Throttling failure: Maximum sending rate exceeded", "SendingLimit", "docs.aws.amazon.com: SES SMTP response codes" },
        { "RcptTo", 550, "User me@example.com has exceeded its 24-hour sending limit. Messages to 25 recipients out of 25 allowed have been sent.", "SendingLimit", "GoDaddy; nodemailer/nodemailer#1137" },
        { "FinalDot", 550, "send spam mail rejected: exceeded hour limit", "SendingLimit", "gophish/gophish#3231" },
        { "FinalDot", 550, "sorry, too many emails (#5.7.1)", "SendingLimit", "OVH; aschroder/Magento-SMTP-Pro-Email-Extension#94" },
        { "FinalDot", 450, "4.7.1 <END-OF-MESSAGE>: End-of-data rejected: Number messages per hour exceeded. Error:RATE_MSG", "SendingLimit", "rubymonsters/speakerinnen_liste#1357" },
        { "MailFrom", 550, "5.7.233 Your message can't be sent because your tenant exceeded its daily limit for sending email to external recipients", "SendingLimit", "Exchange Online NDR list" },
        { "RcptTo", 550, "5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", "SendingLimit", "Exchange Online NDR list" },
        { "FinalDot", 550, "5.7.705 Access denied, tenant has exceeded threshold", "SendingLimit", "Exchange Online NDR list" },
        { "MailFrom", 450, "4.2.1 Peak SMTP relay limit exceeded for customer.", "SendingLimit", "support.google.com/a/answer/3726730" },
        { "MailFrom", 550, "Quota exceeded", "SendingLimit", "RFC 5321 section 3.3: no recipient is named yet" },

        // The account.
        { "MailFrom", 554, "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.", "Account", "docs.aws.amazon.com: SES sending errors" },
        { "FinalDot", 554, "Message rejected: Sending paused for this account.", "Account", "docs.aws.amazon.com: SES sending errors" },
        { "FinalDot", 550, "5.1.8 Access denied, bad outbound sender AS(42004)", "Account", "Exchange Online NDR list" },
        { "FinalDot", 550, "5.7.501 Access denied, spam abuse detected", "Account", "Exchange Online NDR list" },
        { "FinalDot", 550, "5.7.750 Service unavailable. Client blocked from sending from unregistered domains", "Account", "Exchange Online NDR list" },
        { "MailFrom", 552, "Your account has been suspended. Please contact us to reactivate", "Account", "smtp2go; gophish/gophish#720" },
        { "Auth", 502, "5.7.0 Your SMTP account is not yet activated. Contact us at contact@sendinblue.com to request activation", "Account", "Brevo" },
        { "Auth", 525, "5.7.13 User account disabled", "Account", "RFC 5248 X.7.13" },
        { "FinalDot", 550, "Domain sandbox.example.org is not allowed to send: Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients.", "Account", "Mailgun" },

        // Credentials.
        { "MailFrom", 530, "5.7.0 Authentication Required.", "Credentials", "RFC 4954 section 6; Gmail" },
        { "Auth", 535, "5.7.139 Authentication unsuccessful, basic authentication is disabled.", "Credentials", "Exchange Online" },
        { "MailFrom", 550, "5.7.30 Basic authentication is not supported for Client Submission.", "Credentials", "learn.microsoft.com: SMTP AUTH retirement" },
        { "FinalDot", 550, "5.7.30 Basic authentication is not supported for Client Submission.", "Credentials", "the same" },
        { "MailFrom", 530, "5.7.57 Client not authenticated to send mail.", "Credentials", "Exchange Online" },
        { "MailFrom", 550, "authentication required", "Credentials", "Exim" },
        { "RcptTo", 550, "SMTP authentication is required.", "Credentials", "hMailServer" },
        { "RcptTo", 503, "This mail server requires authentication when attempting to send to a non-local e-mail address. Please check your mail client settings", "Credentials", "MailEnable" },
        { "MailFrom", 503, "5.5.4 Error: send AUTH command first", "Credentials", "Yandex" },
        { "RcptTo", 553, "Authentication is required to send mail as <user@example.com>", "Credentials", "NetEase" },
        { "RcptTo", 550, "Unauthenticated senders not allowed", "Credentials", "SendGrid; sendgrid/docs#6473" },
        { "Auth", 534, "5.7.14 Please log in with your web browser and then try again.", "Credentials", "Gmail" },
        { "Auth", 534, "5.7.9 Application-specific password required.", "Credentials", "Gmail" },

        // TLS.
        { "MailFrom", 530, "5.7.0 Must issue a STARTTLS command first", "Tls", "RFC 3207 section 4" },
        { "MailFrom", 451, "5.7.3 STARTTLS is required to send mail", "Tls", "Exchange Online" },
        { "MailFrom", 523, "5.7.10 Encryption Needed", "Tls", "RFC 5248 X.7.10" },
        { "Auth", 538, "5.7.11 Encryption required for requested authentication mechanism", "Tls", "RFC 4954 section 6" },

        // Our name and address.
        { "RcptTo", 504, "5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", "HeloName", "Postfix reject_non_fqdn_helo_hostname" },
        { "RcptTo", 450, "4.7.1 <vm.example>: Helo command rejected: Host not found", "HeloName", "Postfix reject_unknown_helo_hostname" },
        { "MailFrom", 550, "Access denied - Invalid HELO name (See RFC2821 4.1.1.1)", "HeloName", "Exim, cPanel" },
        { "Ehlo", 550, "5.7.1 <localhost>: Helo command rejected: Access denied", "HeloName", "Postfix check_helo_access" },
        { "RcptTo", 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1", "Address", "Postfix reject_rbl_client" },
        { "Connect", 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using b.barracudacentral.org", "Address", "Postfix reject_rbl_client" },
        { "RcptTo", 550, "5.7.606 Access denied, banned sending IP [192.0.2.1]", "Address", "Exchange Online NDR list" },
        { "FinalDot", 550, "5.7.708 Access denied, traffic not accepted from this IP.", "Address", "Exchange Online NDR list" },
        { "MailFrom", 550, "5.7.1 The IP you're using to send mail is not authorized to 5.7.1 send email directly to our servers.", "Address", "Gmail; iredmail/iRedMail#264" },
        { "Auth", 525, "5.7.1 Unauthorized IP address", "Address", "Brevo" },
        { "RcptTo", 550, "that IP address is not allowed to send", "Address", "smtp2go; gophish/gophish#1701" },
        { "MailFrom", 550, "5.7.25 The IP address sending this message does not have a PTR record", "Address", "RFC 7372 section 3.3; Gmail" },
        { "RcptTo", 450, "4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]", "Address", "Postfix reject_unknown_client_hostname" },
        { "RcptTo", 550, "5.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address.", "Address", "Gmail; IANA registry X.7.28" },

        // Relaying.
        { "RcptTo", 554, "5.7.1 <ada@example.com>: Relay access denied", "Relaying", "Postfix" },
        { "RcptTo", 550, "5.7.1 Relaying denied. Proper authentication required.", "Credentials", "Sendmail" },
        { "RcptTo", 550, "5.7.1 <ada@example.com>... Relaying denied", "Relaying", "Sendmail" },
        { "RcptTo", 550, "relay not permitted", "Relaying", "Exim" },
        { "RcptTo", 553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "Relaying", "qmail" },
        { "RcptTo", 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "Relaying", "Exchange" },
        { "RcptTo", 550, "5.7.64 TenantAttribution; Relay Access Denied [ValidationStatus of '' is EmptyCertificate]", "Relaying", "Exchange Online" },

        // The sender, and its domain.
        { "RcptTo", 553, "5.7.1 <shop@example.org>: Sender address rejected: not owned by user shop", "Sender", "Postfix reject_sender_login_mismatch" },
        { "FinalDot", 554, "Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: shop@example.org", "Sender", "docs.aws.amazon.com: SES sending errors" },
        { "FinalDot", 550, "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.", "Sender", "SendGrid" },
        { "FinalDot", 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", "Sender", "Exchange" },
        { "FinalDot", 554, "5.2.252 SendAsDenied; shop@example.org not allowed to send as info@example.org", "Sender", "Exchange Online" },
        { "MailFrom", 550, "Requested action not taken: Sender address is not allowed.", "Sender", "GMX, IONOS" },
        { "FinalDot", 550, "5.7.26 This mail is unauthenticated, which poses a security risk to the sender and Gmail users, and has been blocked. The sender must authenticate with at least one of SPF or DKIM.", "SenderDomain", "support.google.com/a/answer/3726730" },
        { "FinalDot", 550, "5.7.515 Access denied, sending domain EXAMPLE.ORG doesn't meet the required authentication level.", "SenderDomain", "Outlook.com, requirements for high-volume senders" },
        { "FinalDot", 550, "5.7.509 Access denied, sending domain example.org does not pass DMARC verification and has a DMARC policy of reject.", "SenderDomain", "Exchange Online NDR list" },
        { "RcptTo", 550, "5.7.23 The message was rejected because of Sender Policy Framework violation", "SenderDomain", "RFC 7372 section 3.2" },

        // Codes of RFC 3463 that are only ever transient.
        { "MailFrom", 554, "5.3.1 Mail system full", "System", "RFC 3463 section 3.4" },
        { "RcptTo", 550, "5.4.3 Directory server failure", "System", "RFC 3463 section 3.5" },
        { "MailFrom", 554, "5.3.2 System not accepting network messages", "System", "RFC 3463 section 3.4" },
        // Words that name a user, a login or a relay, and mean the sender; and what providers say of the account after the content.
        { "MailFrom", 553, "5.7.1 Sender address rejected: not owned by auth user.", "Sender", "Yandex, splitbrain/dokuwiki-plugin-smtp#38" },
        { "MailFrom", 553, "Envolope sender mismatch with login user", "Sender", "toeverything/AFFiNE#13820" },
        { "MailFrom", 553, "5.7.1 <ada@example.com>: Sender address rejected: not owned by user shop", "Sender", "Postfix: reject_sender_login_mismatch" },
        { "FinalDot", 554, "Access denied: User `arn:aws:iam::1:user/shop' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:1:identity/example.com'", "Sender", "SES, SMTP response codes" },
        { "FinalDot", 553, "Relaying disallowed as shop@example.com", "Sender", "Zoho, frappe/erpnext#19057" },
        { "FinalDot", 550, "5.7.1 Unconfigured Sending Domain <example.com>", "Sender", "SparkPost, transitland/transitland-datastore#1231" },
        { "RcptTo", 550, "Verification failed for <shop@example.com>\nNo Such User Here\nSender verify failed", "Sender", "Exim, PHPMailer/PHPMailer#1187" },
        { "FinalDot", 554, "5.2.0 STOREDRV.Submission.Exception:OutboundSpamException; Failed to process message due to a permanent exception with message [BeginDiagnosticData]WASCL UserAction verdict is not None. Actual verdict is RefuseQuota, ShowTierUpgrade.", "Account", "Outlook.com, nodemailer/nodemailer#1486" },
        { "MailFrom", 554, "5.1.8 Email Outgoing Blocked", "Account", "Zoho" },
        { "FinalDot", 554, "5.1.8 Email Outgoing Blocked", "Account", "Zoho" },
        { "RcptTo", 554, "5.7.1 <ada@example.com>: Recipient address rejected: You have exceeded your Outmail quota.", "SendingLimit", "support.prolateral.com, article 187" },
        { "FinalDot", 550, "5.7.8 Authentication credentials invalid", "Credentials", "RFC 4954 section 6" },
    };

    /// <summary>About the recipient or the mail: stage, code, text, source.</summary>
    public static TheoryData<string, int, string, string> Theirs => new()
    {
        { "RcptTo", 550, "5.1.1 <ada@example.com>: Recipient address rejected: User unknown in local recipient table", "Postfix" },
        { "RcptTo", 550, "No such user here", "Exim" },
        { "RcptTo", 550, "5.4.1 Recipient address rejected: Access denied", "Exchange Online, directory-based edge blocking" },
        { "RcptTo", 552, "5.2.2 The email account that you tried to reach is over quota. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaPerm", "support.google.com/a/answer/3726730" },
        { "RcptTo", 552, "5.2.2 Mailbox full", "RFC 3463 section 3.3" },
        { "RcptTo", 554, "5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded", "Exchange Online NDR list" },
        { "RcptTo", 552, "Quota exceeded", "a mailbox, told without enhanced code" },
        { "RcptTo", 550, "5.2.1 The email account that you tried to reach is disabled.", "support.google.com/a/answer/3726730" },
        { "RcptTo", 550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.", "support.google.com/a/answer/3726730" },
        { "RcptTo", 550, "5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour", "Exchange Online NDR list" },
        { "RcptTo", 550, "5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group", "Exchange Online NDR list" },
        { "RcptTo", 550, "5.7.1 RESOLVER.RST.AuthRequired; authentication required [Stage: CreateMessage]", "Exchange" },
        { "RcptTo", 550, "5.7.1 <ada@example.com>: Recipient address rejected: Access denied", "Postfix" },
        { "RcptTo", 556, "5.1.10 Domain does not accept mail (nullMX)", "RFC 7505 section 4.2" },
        { "RcptTo", 550, "Invalid recipient: user not listed in public Name & Address Book", "Domino" },
        { "RcptTo", 550, "5.1.1 Mailbox unavailable", "RFC 5321 section 4.2.2" },
        { "MailFrom", 552, "5.3.4 Message size exceeds fixed limit", "Postfix" },
        { "MailFrom", 552, "Message size exceeds maximum permitted", "Exim" },
        { "MailFrom", 501, "5.1.7 Bad sender address syntax", "Postfix" },
        { "MailFrom", 553, "5.6.7 SMTPUTF8 is required", "RFC 6531 section 3.5" },
        { "MailFrom", 550, "5.7.1 Sender rejected", "unclear: judged by what other mails hear" },
        { "FinalDot", 552, "5.3.4 Your message exceeded Google's message size limits.", "support.google.com/a/answer/3726730" },
        { "FinalDot", 554, "5.7.1 Message rejected as spam by Content Filtering.", "Barracuda, Exchange" },
        { "FinalDot", 554, "5.7.1 Spam message rejected", "Yandex" },
        { "FinalDot", 550, "5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.", "support.google.com/a/answer/3726730" },
        { "FinalDot", 550, "5.7.1 Message contains a virus", "ClamAV" },
        { "FinalDot", 554, "5.7.1 Message contains a URL listed by SURBL", "SpamAssassin" },
        { "FinalDot", 554, "5.4.6 Hop count exceeded - possible mail loop", "RFC 3463 section 3.5" },
        { "FinalDot", 552, "5.7.0 This message was blocked because its content presents a potential security issue.", "support.google.com/a/answer/3726730" },
        { "FinalDot", 550, "5.6.0 Message headers are not RFC 5322 compliant", "RFC 3463 section 3.7" },
        { "FinalDot", 554, "5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes", "Yahoo" },
        { "RcptTo", 554, "5.7.9 Message not accepted for policy reasons.", "Yahoo" },
        { "FinalDot", 552, "Error: Too much mail data", "aiosmtpd" },
    };

    [Theory]
    [MemberData(nameof(Ours))]
    public void A_reply_about_us_is_deferred_with_a_known_cause(string stage, int code, string text, string cause, string source)
    {
        var reply = ReplyRules.Read(Enum.Parse<SmtpStage>(stage), code, text);

        Assert.NotEmpty(source);
        Assert.Equal(Enum.Parse<RelayCause>(cause), ReplyTable.Of(reply).Cause);
        Assert.Equal(RecipientStatus.Deferred, ReplyRules.StatusOf(reply));
    }

    [Theory]
    [MemberData(nameof(Theirs))]
    public void A_reply_about_the_recipient_or_the_mail_is_rejected(string stage, int code, string text, string source)
    {
        var reply = ReplyRules.Read(Enum.Parse<SmtpStage>(stage), code, text);

        Assert.NotEmpty(source);
        Assert.Null(ReplyTable.Of(reply).Cause);
        Assert.Equal(RecipientStatus.Rejected, ReplyRules.StatusOf(reply));
    }

    [Fact]
    public void Every_rule_says_where_it_is_from() => Assert.All(ReplyTable.All, rule => Assert.NotEmpty(rule.Source));

    [Theory]
    [InlineData("5.4.5 Daily user sending quota exceeded")]
    [InlineData("please authenticate first")]
    [InlineData("Client host blocked using zen.spamhaus.org")]
    [InlineData("Sending paused for this account")]
    public void A_text_that_a_recipient_s_server_chose_is_no_more_than_a_hint(string text)
    {
        foreach (var stage in (SmtpStage[])[SmtpStage.RcptTo, SmtpStage.Data, SmtpStage.FinalDot])
        {
            var reply = ReplyRules.Read(stage, 550, text);
            var sight = RelaySigns.Of(new TransactionResult([new RecipientReply("ada@hostile.example", ReplyRules.StatusOf(reply), reply)], 0, TimeSpan.Zero));

            Assert.Equal(RelaySign.HintsAtUs, sight.Sign);
            Assert.Equal(["hostile.example"], sight.Domains);
        }
    }

    [Theory]
    [InlineData(nameof(SmtpStage.MailFrom), 452, "4.3.2 Try again", true)]
    [InlineData(nameof(SmtpStage.MailFrom), 452, "4.5.3 too many messages in this session", true)]
    [InlineData(nameof(SmtpStage.MailFrom), 451, "Maximum number of messages per connection reached", true)]
    [InlineData(nameof(SmtpStage.MailFrom), 451, "Maximum credits exceeded", false)]
    [InlineData(nameof(SmtpStage.MailFrom), 550, "too many messages in this session", false)]
    [InlineData(nameof(SmtpStage.RcptTo), 452, "4.5.3 Too many recipients in this session", true)]
    [InlineData(nameof(SmtpStage.RcptTo), 451, "session limit exceeded", true)]
    [InlineData(nameof(SmtpStage.RcptTo), 450, "4.2.0 Greylisted", false)]
    [InlineData(nameof(SmtpStage.FinalDot), 452, "too many messages in this session", false)]
    public void A_reply_that_may_be_about_the_connection_justifies_a_fresh_one(string stage, int code, string text, bool mayBe)
    {
        var reply = ReplyRules.Read(Enum.Parse<SmtpStage>(stage), code, text);

        Assert.Equal(mayBe, SessionLimit.MayBe(new TransactionResult([new RecipientReply("ada@example.com", ReplyRules.StatusOf(reply), reply)], 0, TimeSpan.Zero)));
    }
}
