using System.Net;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Wire;
using MailFunctions.Telemetry;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Smtp.Sessions;

/// <summary>
/// MailKit's client, extended to report every reply: one refused recipient does not abort the mail for the others, every
/// reply to MAIL and RCPT is kept, and the stage that the transaction has reached is known at any time. Address, TLS and
/// the matching of replies to commands are our own (<see cref="RelayStream"/>).
/// </summary>
/// <remarks>Not thread safe: one transaction at a time.</remarks>
internal sealed class SmtpConversation(SmtpTelemetry telemetry, TimeProvider clock) : SmtpClient
{
    /// <summary>RFC 5321 section 4.5.3.2.4: the server may take two minutes to answer DATA.</summary>
    private static readonly TimeSpan DataTimeout = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _clock = clock;
    private readonly List<(SmtpStage, StageStart)> _stages = [];
    private readonly Dictionary<string, SmtpReply> _recipientReplies = new(StringComparer.Ordinal);

    /// <summary>
    /// Our mailbox by MailKit's form of it, which has the domain in Unicode; MailKit treats two that differ in case as one.
    /// </summary>
    private readonly Dictionary<string, string> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private Action _beforeData = () => { };
    private TimeSpan _replyTimeout;
    private TimeSpan _finalReplyTimeout;
    private RelayStream? _wire;

    /// <summary>The time for TCP, greeting, TLS and EHLO together, over all addresses of the relay.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Returns the EHLO name for our address on the connection.</summary>
    public required Func<IPAddress, string> NameOf { get; init; }

    public AddressDialer Dialer { get; init; } = new(clock);

    /// <summary>Why the connection cannot be used any more; null while it can, or when there was none.</summary>
    public WireException? Fault => _wire?.Fault;

    /// <summary>Something has arrived that no command asked for, or the relay has closed the connection.</summary>
    public bool HasUnread => _wire is { HasUnread: true };

    /// <summary>Some of the content of the running transaction was written.</summary>
    public bool ContentBegan => _wire is { ContentBegan: true };

    /// <summary>The final dot, or the last octet of the last chunk, was written: from here on the relay may have the mail.</summary>
    public bool ContentEnded => _wire is { ContentEnded: true };

    public override bool IsSecure => IsConnected && _wire is { IsTls: true };

    public SmtpStage Stage { get; private set; }

    /// <summary>The commands that the transaction reached, each with its start: MAIL, RCPT, DATA.</summary>
    public IReadOnlyList<(SmtpStage Stage, StageStart Start)> Stages => _stages;

    /// <summary>The reply that accepted MAIL; null when it was not accepted.</summary>
    public SmtpReply? SenderReply { get; private set; }

    /// <summary>Decides whether content goes by BDAT where the server offers it.</summary>
    public required ConnectionChunking Chunking { get; init; }

    /// <summary>The content of the transaction goes by BDAT.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>Replies to RCPT of the running transaction, by mailbox.</summary>
    public IReadOnlyDictionary<string, SmtpReply> RecipientReplies => _recipientReplies;

    /// <summary>The content's size in bytes, once it is on its way.</summary>
    public long Bytes { get; private set; }

    /// <summary>Connects within the relay's time for connecting.</summary>
    public async Task ConnectAsync(Relay relay, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(relay.ConnectTimeout, _clock);
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        await ConnectAsync(relay.Host, relay.Port, relay.Security, connecting.Token);
    }

    /// <summary>
    /// Connects over the addresses of the host, and does TLS itself. MailKit gets a plain stream, so that it knows of no
    /// channel binding: the mechanisms that need one are left out.
    /// </summary>
    public override async Task ConnectAsync(string host, int port = 0, SecureSocketOptions options = SecureSocketOptions.Auto, CancellationToken cancellationToken = default)
    {
        var opening = new RelayOpening(Dialer, options, () => GetSslClientAuthenticationOptions(host, ServerCertificateValidationCallback!), NameOf, _clock)
        {
            Within = ConnectTimeout,
            ReplyTimeout = TimeSpan.FromMilliseconds(Timeout),
        };
        _wire?.Dispose();
        _wire = await opening.OpenAsync(host, port, cancellationToken);
        // MailKit's own EHLO gives the same name.
        LocalDomain = NameOf(_wire.LocalAddress);
        await ConnectAsync(_wire, host, port, SecureSocketOptions.None, cancellationToken);
        AuthenticationMechanisms.RemoveWhere(name => name.EndsWith("-PLUS", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Clears the replies of the transaction before.</summary>
    public void Forget()
    {
        _wire?.BeginTransaction();
        _recipientReplies.Clear();
        _mailboxes.Clear();
        _stages.Clear();
        SenderReply = null;
        Bytes = 0;
    }

    /// <summary>Finds out whether the server supports CHUNKING as it offers. No other command may be running.</summary>
    public async Task TryChunkingAsync(CancellationToken cancellationToken)
    {
        if (!Chunking.IsUntried || !Capabilities.HasFlag(SmtpCapabilities.Chunking))
            return;
        SmtpResponse reply;
        try
        {
            reply = await SendCommandAsync("BDAT 0 LAST", cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            Chunking.LearnOfLoss();
            throw;
        }

        if (!Chunking.OnProbeReply((int)reply.StatusCode))
            throw new SmtpCommandException(SmtpErrorCode.UnexpectedStatusCode, reply.StatusCode, reply.Response);
    }

    /// <summary>Runs one transaction.</summary>
    /// <param name="message">The message, prepared for seven bits.</param>
    /// <param name="beforeData">Called when the last RCPT was answered; an exception from it stops the transaction before DATA.</param>
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
            var text = await SendAsync(FormatOf(envelope), message, new MailboxAddress("", envelope.Sender), recipients, cancellationToken, new ContentProgress(this));
            await RequireAnswerToContentAsync(text, cancellationToken);
            return text;
        }
        catch (SmtpCommandException refused) when (IsChunked && Stage == SmtpStage.FinalDot && IsConnected && (int)refused.StatusCode != 421)
        {
            // It may be a late refusal of RCPT, ahead of the reply to the content.
            await SynchroniseAsync(cancellationToken);
            throw;
        }
        finally
        {
            _beforeData = () => { };
        }
    }

    /// <summary>Internationalised only where an address needs it (RFC 6531); every relay accepts the rest.</summary>
    private static FormatOptions Format { get; } = new() { International = false, NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };

    private static FormatOptions International { get; } = new() { International = true, NewLineFormat = NewLineFormat.Dos, EnsureNewLine = true };

    /// <summary>
    /// Returns the format that a mail is sent in. It switches to SMTPUTF8 for an address of the header that needs it; MailKit
    /// itself does so only for one of the envelope.
    /// </summary>
    public FormatOptions FormatOf(Envelope envelope) =>
        envelope.HeaderNeedsSmtpUtf8 && Capabilities.HasFlag(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime) ? International : Format;

    public void SetTimeout(TimeSpan timeout) => Timeout = (int)timeout.TotalMilliseconds;

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        SenderReply = ReplyRules.Read(SmtpStage.MailFrom, (int)response.StatusCode, response.Response);
        Enter(SmtpStage.RcptTo);
    }

    /// <summary>
    /// Content by BDAT (RFC 3030) follows its command at once, where DATA needs a reply first: a mail takes two round trips
    /// and not three. The command itself still waits for the replies to RCPT, so that no content is sent without a recipient.
    /// </summary>
    protected override bool PreferSendAsBinaryData => IsChunked;

    /// <summary>Does nothing: composition has already prepared the message for every relay.</summary>
    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => OnRecipientReply(mailbox, response);

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => OnRecipientReply(mailbox, response);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _wire?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// Makes sure that a positive reply to the content does not answer something else. With DATA it is certain, since its
    /// own reply (354) is unlike any other; BDAT is followed by the content at once, so that a late extra reply to RCPT
    /// would be read as the reply to the content. Where the enhanced status codes do not distinguish them (RFC 3463
    /// section 3.2: X.1.X is about addresses), the relay is sent a command whose reply does, and gets DATA from then on.
    /// </summary>
    private async Task RequireAnswerToContentAsync(string text, CancellationToken cancellationToken)
    {
        var answer = ReplyRules.Read(SmtpStage.FinalDot, 250, text);
        var isPlain = IsChunked
            ? answer.EnhancedCode is not null && !IsAboutAddress(answer) && _recipientReplies.Values.Where(reply => reply.Code < 300).All(IsAboutAddress)
            : !IsAboutAddress(answer);
        if (!isPlain)
        {
            Chunking.LearnOfLoss();
            await SynchroniseAsync(cancellationToken);
        }

        await _wire!.RequireNoContradictionAsync(cancellationToken);
    }

    /// <summary>
    /// Sends EHLO, which clears nothing that is needed after a transaction (RFC 5321 section 4.1.4). Its reply has several
    /// lines, unlike any other positive reply: when it comes, every reply before it was read for the right command.
    /// </summary>
    private async Task SynchroniseAsync(CancellationToken cancellationToken)
    {
        SetTimeout(_replyTimeout);
        var answer = await SendCommandAsync("EHLO " + NameOf(_wire!.LocalAddress), cancellationToken);
        if ((int)answer.StatusCode != 250 || !answer.Response.Contains('\n', StringComparison.Ordinal))
            throw _wire.FailOutOfStep($"EHLO after the content was answered with \"{(int)answer.StatusCode} {ReplyRules.Tidy(answer.Response)}\".");
    }

    private static bool IsAboutAddress(SmtpReply reply) => reply.EnhancedCode?.Split('.')[1] == "1";

    private void Enter(SmtpStage stage)
    {
        Stage = stage;
        _stages.Add((stage, telemetry.Start()));
    }

    private void OnRecipientReply(MailboxAddress mailbox, SmtpResponse response)
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
        // Until the last byte of content is handed over, the final dot cannot have been sent: the server must not deliver.
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
