using MailFunctions.Ledger;
using MailFunctions.Telemetry;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace MailFunctions.Smtp;

/// <summary>
/// MailKit's client, made to tell what it heard: one refused recipient does not abort the mail for the others, every
/// reply to MAIL and RCPT is kept, and the stage that the transaction has reached is known at any moment.
/// </summary>
/// <remarks>Not thread safe: one transaction at a time.</remarks>
internal sealed class SmtpConversation(SmtpTelemetry telemetry) : SmtpClient
{
    /// <summary>RFC 5321 section 4.5.3.2.4: the server may take two minutes to answer DATA.</summary>
    private static readonly TimeSpan DataTimeout = TimeSpan.FromMinutes(2);

    private readonly List<(SmtpStage, StageStart)> _stages = [];
    private readonly Dictionary<string, SmtpReply> _recipientReplies = new(StringComparer.Ordinal);

    /// <summary>Our mailbox by MailKit's form of it, which has the domain in unicode; it takes two that differ in case for one.</summary>
    private readonly Dictionary<string, string> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private Action _beforeData = () => { };
    private TimeSpan _replyTimeout;
    private TimeSpan _finalReplyTimeout;

    public SmtpStage Stage { get; private set; }

    /// <summary>The commands that the transaction came to, each with its beginning: MAIL, RCPT, DATA.</summary>
    public IReadOnlyList<(SmtpStage Stage, StageStart Start)> Stages => _stages;

    /// <summary>That MAIL was taken; null when it was not.</summary>
    public SmtpReply? SenderReply { get; private set; }

    /// <summary>Whether content goes by BDAT where the server offers it.</summary>
    public required Chunking Chunking { get; init; }

    /// <summary>The content of the transaction goes by BDAT.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Replies to RCPT of the running transaction, by mailbox.</summary>
    public IReadOnlyDictionary<string, SmtpReply> RecipientReplies => _recipientReplies;

    /// <summary>The content's size in bytes, once it is on its way.</summary>
    public long Bytes { get; private set; }

    /// <summary>Forgets what was heard in the transaction before.</summary>
    public void Forget()
    {
        _recipientReplies.Clear();
        _mailboxes.Clear();
        _stages.Clear();
        SenderReply = null;
        Bytes = 0;
    }

    /// <summary>Finds out whether the server does what it offers. Nothing else may be under way.</summary>
    public async Task TryChunkingAsync(CancellationToken cancellationToken)
    {
        if (!Chunking.IsUntried || !Capabilities.HasFlag(SmtpCapabilities.Chunking))
            return;
        try
        {
            Chunking.Learn((int)(await SendCommandAsync("BDAT 0 LAST", cancellationToken)).StatusCode);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            Chunking.LearnOfLoss();
            throw;
        }
    }

    /// <summary>Runs one transaction.</summary>
    /// <param name="message">Prepared for seven bits.</param>
    /// <param name="beforeData">Called when the last RCPT was answered; what it throws stops the transaction before DATA.</param>
    /// <returns>The text of the final reply.</returns>
    public async Task<string> TransactAsync(
        MimeMessage message, Envelope envelope, Relay relay, Action beforeData, CancellationToken cancellationToken)
    {
        Forget();
        var recipients = envelope.Recipients.Select(mailbox => new MailboxAddress("", mailbox)).ToList();
        for (var i = 0; i < recipients.Count; i++)
            _mailboxes.TryAdd(recipients[i].Address, envelope.Recipients[i]);
        _beforeData = beforeData;
        IsChunked = Chunking.IsOn && Capabilities.HasFlag(SmtpCapabilities.Chunking);
        Enter(SmtpStage.MailFrom);
        _replyTimeout = relay.ReplyTimeout;
        _finalReplyTimeout = relay.FinalReplyTimeout;
        SetTimeout(relay.ReplyTimeout);
        try
        {
            return await SendAsync(FormatOf(envelope), message, new MailboxAddress("", envelope.Sender), recipients, cancellationToken, new ContentProgress(this));
        }
        finally
        {
            _beforeData = () => { };
        }
    }

    /// <summary>Internationalised only where an address demands it (RFC 6531); every relay takes the rest.</summary>
    private static FormatOptions Format { get; } = new() { International = false, NewLineFormat = NewLineFormat.Dos };

    private static FormatOptions International { get; } = new() { International = true, NewLineFormat = NewLineFormat.Dos };

    /// <summary>MailKit sees by itself that an address of the envelope demands it, and not that one of the header does.</summary>
    private FormatOptions FormatOf(Envelope envelope) =>
        envelope.HeaderNeedsSmtpUtf8 && Capabilities.HasFlag(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime) ? International : Format;

    public void SetTimeout(TimeSpan timeout) => Timeout = (int)timeout.TotalMilliseconds;

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        SenderReply = ReplyRules.Read(SmtpStage.MailFrom, (int)response.StatusCode, response.Response);
        Enter(SmtpStage.RcptTo);
    }

    /// <summary>
    /// Content by BDAT (RFC 3030) follows its command at once, where DATA has to be granted first: a mail takes two round
    /// trips and not three. The command itself still waits for the replies to RCPT, so that nothing goes to nobody.
    /// </summary>
    protected override bool PreferSendAsBinaryData => IsChunked;

    /// <summary>Composition has made it fit for every relay, and has to go through it only once.</summary>
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Heard(mailbox, response);

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Heard(mailbox, response);

    private void Enter(SmtpStage stage)
    {
        Stage = stage;
        _stages.Add((stage, telemetry.Start()));
    }

    private void Heard(MailboxAddress mailbox, SmtpResponse response)
    {
        _recipientReplies[_mailboxes[mailbox.Address]] = ReplyRules.Read(SmtpStage.RcptTo, (int)response.StatusCode, response.Response);
        if (_recipientReplies.Count < _mailboxes.Count || Stage != SmtpStage.RcptTo)
            return;

        _beforeData();
        Enter(SmtpStage.Data);
        SetTimeout(DataTimeout < _replyTimeout ? DataTimeout : _replyTimeout);
    }

    private void ContentWritten(long written, long total)
    {
        Bytes = total;
        // Until the last byte of content is handed over, the final dot cannot have been: the server must not deliver.
        if (written < total || Stage == SmtpStage.FinalDot)
            return;

        Stage = SmtpStage.FinalDot;
        SetTimeout(_finalReplyTimeout);
    }

    private sealed class ContentProgress(SmtpConversation conversation) : ITransferProgress
    {
        public void Report(long bytesTransferred, long totalSize) => conversation.ContentWritten(bytesTransferred, totalSize);

        public void Report(long bytesTransferred) => conversation.ContentWritten(bytesTransferred, long.MaxValue);
    }
}
