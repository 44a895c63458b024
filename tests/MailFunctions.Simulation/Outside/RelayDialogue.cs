using System.Text;

namespace MailFunctions.Simulation.Outside;

/// <summary>The relay's side of one SMTP session (RFC 5321), with PIPELINING (RFC 2920).</summary>
/// <param name="reply">Sends a reply, later than usual by the given time.</param>
/// <param name="hangUp">Closes the connection.</param>
internal sealed class RelayDialogue(SimulatedRelay relay, Action<string, TimeSpan> reply, Action hangUp)
{
    /// <summary>Recipients here do not exist.</summary>
    public const string Nowhere = "@nowhere.example";

    /// <summary>Longer than a client waits for any reply.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromMinutes(11);

    private readonly List<byte> _unread = [];
    private readonly List<string> _recipients = [];
    private string? _sender;
    private bool _isContent;
    private bool _isOver;

    public void Take(byte[] octets)
    {
        if (_isOver)
            return;
        _unread.AddRange(octets);
        while (!_isOver && (_isContent ? TakeContent() : TakeLine()))
        {
        }
    }

    private bool TakeLine()
    {
        var end = Find("\r\n"u8);
        if (end < 0)
            return false;
        var line = Encoding.ASCII.GetString([.. _unread[..end]]);
        _unread.RemoveRange(0, end + 2);
        var word = line.Split(' ', ':')[0].ToUpperInvariant();
        var fault = word is "MAIL" or "RCPT" or "DATA" ? relay.Draw() : RelayFault.None;
        if (fault is RelayFault.Drop or RelayFault.DropAfter)
        {
            End();
            return false;
        }

        var late = fault == RelayFault.Stall ? Forever : TimeSpan.Zero;
        if (fault is RelayFault.Later or RelayFault.Never)
            reply(fault == RelayFault.Later ? "451 4.3.0 Later" : "550 5.7.1 Never", TimeSpan.Zero);
        else
            Answer(word, line, late);
        return true;
    }

    private void Answer(string word, string line, TimeSpan late)
    {
        switch (word)
        {
            case "EHLO":
                reply("250-relay.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES", late);
                break;
            case "MAIL":
                _sender = Path(line);
                _recipients.Clear();
                relay.Begin(_sender);
                reply("250 2.1.0 Ok", late);
                break;
            case "RCPT" when _sender is null:
            case "DATA" when _recipients.Count == 0:
                reply("503 5.5.1 Bad sequence of commands", late);
                break;
            case "RCPT" when Path(line).EndsWith(Nowhere, StringComparison.Ordinal):
                reply("550 5.1.1 Unknown", late);
                break;
            case "RCPT":
                _recipients.Add(Path(line));
                reply("250 2.1.5 Ok", late);
                break;
            case "DATA":
                _isContent = true;
                reply("354 Go on", late);
                break;
            case "RSET":
                _sender = null;
                _recipients.Clear();
                reply("250 2.0.0 Ok", late);
                break;
            case "QUIT":
                reply("221 2.0.0 Bye", late);
                End();
                break;
            default:
                reply(word == "NOOP" ? "250 2.0.0 Ok" : "500 5.5.2 Unknown command", late);
                break;
        }
    }

    private bool TakeContent()
    {
        var end = _unread.Count >= 3 && _unread[0] == '.' && _unread[1] == '\r' && _unread[2] == '\n' ? 0 : Find("\r\n.\r\n"u8) is var at and >= 0 ? at + 2 : -1;
        if (end < 0)
            return false;
        _unread.RemoveRange(0, end + 3);
        _isContent = false;
        Settle(relay.Draw());
        return true;
    }

    private void Settle(RelayFault fault)
    {
        if (fault is RelayFault.None or RelayFault.DropAfter or RelayFault.Stall)
            relay.Take(_sender!, _recipients);
        (_sender, var sender) = (null, _sender);
        _recipients.Clear();
        switch (fault)
        {
            case RelayFault.Later:
                reply("451 4.3.0 Later", TimeSpan.Zero);
                break;
            case RelayFault.Never:
                reply("554 5.7.1 Never", TimeSpan.Zero);
                break;
            case RelayFault.Drop or RelayFault.DropAfter:
                End();
                break;
            default:
                reply($"250 2.0.0 Queued for {sender}", fault == RelayFault.Stall ? Forever : TimeSpan.Zero);
                break;
        }
    }

    private void End()
    {
        _isOver = true;
        hangUp();
    }

    private int Find(ReadOnlySpan<byte> what) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread).IndexOf(what);

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
