using System.Buffers;
using System.Globalization;
using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>One connection, from the greeting to its end.</summary>
internal sealed class SmtpSession(ScriptedSmtpServer server, SmtpWire wire, int number)
{
    private readonly List<string> _recipients = [];
    private readonly List<IReadOnlyDictionary<string, string>> _recipientParameters = [];
    private readonly ArrayBufferWriter<byte> _chunks = new();
    private SmtpPath? _sender;
    private string? _user;
    private bool _isTls;
    private int _mail;

    /// <summary>Lines that begin with <c>C: </c> or <c>S: </c>; content is told by its length.</summary>
    public Journal<string> Transcript { get; } = new();

    public async Task RunAsync()
    {
        if (server.Options.ImplicitTls)
            await EncryptAsync();
        var goesOn = await AnswerAsync(Describe(SmtpExchange.Greeting)) is not null;
        while (goesOn && await wire.ReadLineAsync() is { } line)
            goesOn = await HandleAsync(line);
    }

    private async Task<bool> HandleAsync(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var verb = (space < 0 ? line : line[..space]).ToUpperInvariant();
        var argument = space < 0 ? "" : line[(space + 1)..];
        Transcript.Append(verb == "AUTH" ? $"C: AUTH {argument.Split(' ')[0]}" : "C: " + line);
        return verb switch
        {
            "EHLO" or "HELO" or "RSET" => await BeginAgainAsync(verb, argument),
            "STARTTLS" => await StartTlsAsync(argument),
            "AUTH" => await AuthenticateAsync(argument),
            "MAIL" => await MailAsync(argument),
            "RCPT" => await RecipientAsync(argument),
            "DATA" => await DataAsync(argument),
            "BDAT" when server.Options.KnowsChunking(number) => await ChunkAsync(argument),
            "QUIT" => await QuitAsync(argument),
            _ => await AnswerAsync(Describe(verb, argument)) is not null,
        };
    }

    /// <summary>RFC 5321 section 4.1.4: EHLO in mid-session clears like RSET.</summary>
    private async Task<bool> BeginAgainAsync(string verb, string argument)
    {
        var code = await AnswerAsync(Describe(verb, argument));
        if (IsPositive(code))
            EndTransaction();
        return code is not null;
    }

    private async Task<bool> StartTlsAsync(string argument)
    {
        var code = await AnswerAsync(Describe("STARTTLS", argument));
        if (code == 220)
            await EncryptAsync();
        return code is not null;
    }

    private async Task EncryptAsync()
    {
        await wire.UpgradeAsync(server.Certificate);
        _isTls = true;
        _user = null;
        EndTransaction();
    }

    private async Task<bool> AuthenticateAsync(string argument)
    {
        var credentials = await SaslDialogue.RunAsync(wire, argument, server.Options.LoginPrompts);
        var exchange = Describe("AUTH", argument.Split(' ')[0]) with { User = credentials?.User, Secret = credentials?.Secret };
        var code = await AnswerAsync(exchange);
        if (code == 235)
            _user = credentials?.User;

        // A challenge at the end tells why: the client answers it with nothing, and is refused (RFC 7628 section 3.2.3).
        if (code == 334 && await wire.ReadLineAsync() is not null)
            Send("535 5.7.8 Authentication failed\r\n"u8);
        return code is not null;
    }

    private async Task<bool> MailAsync(string argument)
    {
        SmtpPath.TryParse(argument, "FROM", out var path);
        if (_sender is null)
            _mail++;
        var code = await AnswerAsync(Describe("MAIL", argument, path));
        if (IsPositive(code))
            _sender = path;
        return code is not null;
    }

    private async Task<bool> RecipientAsync(string argument)
    {
        SmtpPath.TryParse(argument, "TO", out var path);
        var code = await AnswerAsync(Describe("RCPT", argument, path));
        if (IsPositive(code) && path is not null)
        {
            _recipients.Add(path.Address);
            _recipientParameters.Add(path.Parameters);
        }

        return code is not null;
    }

    private async Task<bool> DataAsync(string argument)
    {
        var exchange = Describe("DATA", argument);
        var action = server.Ask(exchange);
        var code = await AnswerAsync(exchange, action);
        if (code != 354)
            return code is not null;

        var content = await wire.ReadContentAsync(action.ContentLimit);
        if (content is not null)
            return await FinishAsync(content);
        if (action.ContentLimit is not null)
            await EndAsync(SmtpEnding.Reset);
        return false;
    }

    private async Task<bool> ChunkAsync(string argument)
    {
        var words = argument.Split(' ');
        if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || await wire.ReadChunkAsync(length) is not { } chunk)
            return false;

        _chunks.Write(chunk);
        var isLast = words.Length > 1 && words[1].Equals("LAST", StringComparison.OrdinalIgnoreCase);
        if (isLast && _sender is not null && _recipients.Count > 0)
            return await FinishAsync(_chunks.WrittenSpan.ToArray());
        return await AnswerAsync(Describe("BDAT", argument)) is not null;
    }

    private async Task<bool> FinishAsync(byte[] content)
    {
        Transcript.Append(string.Create(CultureInfo.InvariantCulture, $"C: ({content.Length} octets)"));
        var exchange = Describe(SmtpExchange.FinalDot) with { Content = content };
        var action = server.Ask(exchange);
        if (action.Stores ?? IsPositive(SmtpReply.Code(action.Bytes ?? "250"u8)))
            server.Store(Receive(exchange));
        var code = await AnswerAsync(exchange, action);
        EndTransaction();
        return code is not null;
    }

    private async Task<bool> QuitAsync(string argument)
    {
        if (await AnswerAsync(Describe("QUIT", argument)) is not 221)
            return true;
        server.Leave(number);
        await EndAsync(SmtpEnding.Close);
        return false;
    }

    private Task<int?> AnswerAsync(SmtpExchange exchange) => AnswerAsync(exchange, server.Ask(exchange));

    /// <summary>Does what the action says. The code of the reply, 0 for what is none; null when the connection has ended.</summary>
    private async Task<int?> AnswerAsync(SmtpExchange exchange, SmtpAction action)
    {
        var watches = exchange.Verb != "STARTTLS";
        if (action.Delay > TimeSpan.Zero && !await wire.WaitAsync(server.DelayAsync(action.Delay), watches))
            return null;
        if (action.IsHeld && !await wire.WaitAsync(server.HoldAsync(action), watches))
            return null;

        var reply = action.Bytes ?? Encoding.UTF8.GetBytes(SmtpManners.Reply(exchange, server.Options));
        Send(action.Before);
        Send(reply);
        Send(action.Behind);
        if (action.Pause is { } pause)
            await wire.FlushInPiecesAsync(() => server.DelayAsync(pause));
        if (action.Endless is { } piece)
            await wire.RepeatAsync(piece);
        if (action.Ending == SmtpEnding.None || action.ContentLimit is not null)
            return SmtpReply.Code(reply);
        await EndAsync(action.Ending);
        return null;
    }

    private void Send(ReadOnlySpan<byte> reply)
    {
        wire.Write(reply);
        if (!reply.IsEmpty)
            Transcript.Append("S: " + Encoding.UTF8.GetString(reply).TrimEnd());
    }

    private Task EndAsync(SmtpEnding ending)
    {
        Transcript.Append($"S: ({ending.ToString().ToLowerInvariant()})");
        return wire.EndAsync(ending);
    }

    private SmtpExchange Describe(string verb, string argument = "", SmtpPath? path = null) => new()
    {
        Verb = verb,
        Argument = argument,
        Connection = number,
        Mail = _mail,
        Seen = server.CountSeen(verb, path?.Address),
        OpenConnections = server.OpenConnections,
        Address = path?.Address,
        Parameters = path?.Parameters ?? SmtpPath.NoParameters,
        Sender = _sender?.Address,
        Recipients = _recipients.Count == 0 ? [] : [.. _recipients],
        IsTls = _isTls,
        User = _user,
    };

    private ReceivedMail Receive(SmtpExchange exchange) => new()
    {
        Number = 0,
        Connection = number,
        Sender = exchange.Sender!,
        Recipients = exchange.Recipients,
        Parameters = _sender!.Parameters,
        RecipientParameters = [.. _recipientParameters],
        Content = exchange.Content,
        IsTls = _isTls,
        User = _user,
    };

    private void EndTransaction()
    {
        _sender = null;
        _recipients.Clear();
        _recipientParameters.Clear();
        _chunks.ResetWrittenCount();
    }

    private static bool IsPositive(int? code) => code is >= 200 and < 300;
}
