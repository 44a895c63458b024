using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Wire;
using MailFunctions.Telemetry;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Smtp.Sessions;

/// <summary>An open, authenticated connection to a relay. One mail at a time.</summary>
internal sealed partial class RelaySession : IAsyncDisposable
{
    private static readonly TimeSpan QuitTimeout = TimeSpan.FromSeconds(5);

    private readonly Relay _relay;
    private readonly TimeProvider _clock;
    private readonly SmtpConversation _conversation;
    private readonly StageReport _report;
    private readonly bool _offersSmtpUtf8;
    private readonly long _opened;
    private bool _broken;
    private bool _isOutOfStep;

    private RelaySession(Relay relay, TimeProvider clock, SmtpConversation conversation, StageReport report)
    {
        _relay = relay;
        _clock = clock;
        _conversation = conversation;
        _report = report;
        _offersSmtpUtf8 = conversation.Capabilities.HasFlag(SmtpCapabilities.UTF8);
        _opened = LastUsed = clock.GetTimestamp();
    }

    public int MailsSent { get; private set; }

    public long LastUsed { get; private set; }

    /// <summary>Another mail may be sent over it.</summary>
    public bool IsUsable =>
        !_broken && _conversation.IsConnected && !_conversation.HasUnread && MailsSent < _relay.MaxMailsPerConnection && _clock.GetElapsedTime(_opened) < _relay.MaxAge;

    /// <summary>
    /// SMTPUTF8 is switched off by the first mail that does not need it, since MailKit would otherwise write domains in
    /// Unicode; it cannot be switched on again.
    /// </summary>
    public bool CanCarry(Envelope envelope) =>
        !envelope.NeedsSmtpUtf8 || !_offersSmtpUtf8 || _conversation.Capabilities.HasFlag(SmtpCapabilities.UTF8);

    /// <param name="dialer">Null for one that uses DNS and sockets.</param>
    /// <exception cref="RelayUnreachableException">No session could be opened; names the stage and the reply.</exception>
    public static async Task<RelaySession> OpenAsync(
        Relay relay, Authenticator authenticator, SmtpTelemetry telemetry, TimeProvider clock, CancellationToken cancellationToken, AddressDialer? dialer = null)
    {
        var conversation = new SmtpConversation(telemetry, clock)
        {
            Chunking = new ConnectionChunking(relay.Chunking, clock),
            NameOf = address => EhloName.For(relay, address),
            ConnectTimeout = relay.ConnectTimeout,
            Dialer = dialer ?? new AddressDialer(clock),
        };
        var report = new StageReport(telemetry, relay);
        var stage = SmtpStage.Connect;
        var started = telemetry.Start();
        try
        {
            if (relay.ClientCertificate is { } certificate)
                conversation.ClientCertificates = [certificate];
            conversation.CheckCertificateRevocation = relay.CheckRevocation;
            conversation.SetTimeout(relay.ReplyTimeout);
            await conversation.ConnectAsync(relay, cancellationToken);
            report.Opened(stage, started, refusal: null);
            stage = SmtpStage.Auth;
            started = telemetry.Start();
            await authenticator.AuthenticateAsync(conversation, cancellationToken);
            report.Opened(stage, started, refusal: null);
            await conversation.TryChunkingAsync(cancellationToken);
            return new RelaySession(relay, clock, conversation, report);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var isOutOfStep = conversation.Fault is { Fault: WireFault.OutOfStep };
            var refusal = Read(stage, isOutOfStep ? conversation.Fault! : exception);
            conversation.Dispose();
            report.Opened(stage, started, refusal);
            throw new RelayUnreachableException(relay.Name, refusal, exception) { IsOutOfStep = isOutOfStep || exception is WireException { Fault: WireFault.OutOfStep } };
        }
        catch
        {
            conversation.Dispose();
            // The handshake reports its own cancellation by another exception.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Returns the format that a mail is sent in over this session: its signatures cover these bytes.</summary>
    public FormatOptions FormatOf(Envelope envelope) => _conversation.FormatOf(envelope);

    /// <summary>Runs one transaction and returns its result for each recipient. Failures of the relay are part of the result.</summary>
    /// <param name="beforeData">Called before DATA; an exception from it stops the transaction there and is rethrown.</param>
    public async Task<TransactionResult> SendAsync(Envelope envelope, MimeMessage message, Action beforeData, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var reply = await TransactAsync(envelope, message, beforeData, cancellationToken);
        _report.Transacted(_conversation, reply);
        MailsSent++;
        LastUsed = _clock.GetTimestamp();
        var isAboutChunk = !_isOutOfStep && _conversation is { IsChunked: true, ContentBegan: true } && _conversation.Chunking.OnReply(reply);
        var recipients = envelope.Recipients.Select(mailbox =>
        {
            var own = _isOutOfStep ? reply : OwnReply(mailbox, reply);
            return new RecipientReply(mailbox, isAboutChunk && own == reply ? RecipientStatus.Deferred : ReplyRules.StatusOf(own), own);
        });
        return new TransactionResult([.. recipients], _conversation.Bytes, _clock.GetElapsedTime(started))
        {
            IsOutOfStep = _isOutOfStep,
            IsLostBeforeData = _broken && reply.Code is 0 or 421 && reply.Stage is SmtpStage.MailFrom or SmtpStage.RcptTo,
        };
    }

    /// <summary>Asks whether the relay still answers.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        try
        {
            _conversation.SetTimeout(QuitTimeout);
            await _conversation.NoOpAsync(cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            _broken = true;
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_broken && _conversation.IsConnected)
            {
                using var quitting = new CancellationTokenSource(QuitTimeout, _clock);
                await _conversation.DisconnectAsync(quit: true, quitting.Token);
            }
        }
        catch (Exception)
        {
            // The relay closed the connection first, so QUIT is not needed.
        }

        _conversation.Dispose();
    }

    /// <summary>
    /// Returns the reply that applies to the recipients without a refusal of their own. When replies are out of step, no
    /// reply counts: before the content nothing has happened, and once some of it was written the outcome is unknown.
    /// </summary>
    private async Task<SmtpReply> TransactAsync(Envelope envelope, MimeMessage message, Action beforeData, CancellationToken cancellationToken)
    {
        var reply = await HearAsync(envelope, message, beforeData, cancellationToken);
        if (_conversation.Fault is not { } fault)
            return reply;
        _broken = true;
        _isOutOfStep = fault.Fault == WireFault.OutOfStep;
        var before = _conversation.Stage == SmtpStage.FinalDot ? SmtpStage.Data : _conversation.Stage;
        if (_isOutOfStep)
            return Read(_conversation.ContentBegan ? SmtpStage.FinalDot : before, fault);
        // MailKit may report the content as written while it is only in its buffer: its end was not sent.
        return reply is { Code: 0, Stage: SmtpStage.FinalDot } && !_conversation.ContentEnded ? reply with { Stage = before } : reply;
    }

    private async Task<SmtpReply> HearAsync(Envelope envelope, MimeMessage message, Action beforeData, CancellationToken cancellationToken)
    {
        if (envelope.NeedsSmtpUtf8 && !_offersSmtpUtf8)
        {
            _conversation.Forget();
            const string text = "An address has characters beyond ASCII before its @, and the relay does not offer SMTPUTF8.";
            return new SmtpReply(SmtpStage.Local, 553, "5.6.7", text);
        }

        if (!envelope.NeedsSmtpUtf8)
            _conversation.Capabilities &= ~SmtpCapabilities.UTF8;
        try
        {
            var text = await _conversation.TransactAsync(
                message,
                envelope,
                _relay,
                beforeData,
                cancellationToken);
            return ReplyRules.Read(SmtpStage.FinalDot, 250, text);
        }
        catch (SmtpCommandException refused)
        {
            // 421 (RFC 5321 section 3.8): the relay closes the connection after it.
            _broken |= (int)refused.StatusCode == 421;
            var stage = refused.ErrorCode == SmtpErrorCode.SenderNotAccepted ? SmtpStage.MailFrom : _conversation.Stage;
            return ReplyRules.Read(stage, (int)refused.StatusCode, refused.Message);
        }
        catch (ServiceNotAuthenticatedException refused)
        {
            return ReplyRules.Read(_conversation.Stage, 530, refused.Message);
        }
        catch (UnreadableFileException unreadable)
        {
            // The client dropped the connection in the middle of the content: without the final dot the relay has nothing.
            _broken = true;
            return new SmtpReply(SmtpStage.Local, 0, null, $"{ReplyRules.Tidy(unreadable.Message)} The connection was dropped before the end of the content, so that the relay has not taken it.");
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            _broken = true;
            return Read(_conversation.Stage, exception);
        }
        catch
        {
            _broken = true;
            throw;
        }
    }

    private SmtpReply OwnReply(string mailbox, SmtpReply reply)
    {
        if (reply.Stage == SmtpStage.MailFrom)
            return reply;
        if (!_conversation.RecipientReplies.TryGetValue(mailbox, out var own))
        {
            // A recipient without a reply was not accepted, whatever the relay replies to the content.
            return reply.Stage <= SmtpStage.RcptTo ? reply : new SmtpReply(SmtpStage.RcptTo, 0, null, "The relay gave no answer for this recipient.");
        }

        return ReplyRules.StatusOf(own) == RecipientStatus.Sent ? reply : own;
    }

    private static bool IsLoss(Exception exception) =>
        exception is IOException or SocketException or TimeoutException or ProtocolException or ServiceNotConnectedException or OperationCanceledException;

    /// <summary>Converts an exception of the client to a reply. Its text holds no credential: MailKit's messages do not.</summary>
    private static SmtpReply Read(SmtpStage stage, Exception exception)
    {
        switch (exception)
        {
            case SmtpCommandException refused:
                return ReplyRules.Read(stage, (int)refused.StatusCode, refused.Message);
            case LoginNeedsTlsException clear:
                return new SmtpReply(SmtpStage.Local, 538, "5.7.11", clear.Message);
            case TokenException token:
                return new SmtpReply(SmtpStage.Auth, 0, null, token.Message);
            case AuthenticationException when CodeAndText().Match(exception.Message) is { Success: true } match:
                return ReplyRules.Read(SmtpStage.Auth, int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value);
            case RelayRefusedException refused:
                return ReplyRules.Read(refused.Stage, refused.Reply.Code, refused.Reply.Text);
            case WireException { Fault: WireFault.Closing, Reply: { } closing }:
                return ReplyRules.Read(stage, closing.Code, closing.Text);
            case TlsRefusedException refused:
                return new SmtpReply(SmtpStage.StartTls, 0, null, ReplyRules.Tidy("The relay's TLS certificate or handshake was not accepted: " + refused.Message));
            case TlsRequiredException:
                return new SmtpReply(SmtpStage.StartTls, 0, null, exception.Message);
            case WireException or RelayNotFoundException:
                return new SmtpReply(stage, 0, null, ReplyRules.Tidy(exception.Message));
            case ServiceNotConnectedException:
                return new SmtpReply(stage, 0, null, "The connection to the relay is closed.");
            case OperationCanceledException or TimeoutException:
                return new SmtpReply(stage, 0, null, "No answer within the time allowed.");
            default:
                return new SmtpReply(stage, 0, null, Cause(exception));
        }
    }

    private static string Cause(Exception exception) => ReplyRules.Tidy(exception.GetBaseException().Message);

    [GeneratedRegex(@"\A(\d{3}): (.*)\z", RegexOptions.Singleline)]
    private static partial Regex CodeAndText();
}
