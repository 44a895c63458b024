using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>
/// What the server does about one <see cref="SmtpExchange"/>: it stores the mail or not (final dot only), waits, is held,
/// sends something or nothing, and ends the connection or not; in this order.
/// </summary>
public sealed record SmtpAction
{
    private SmtpAction()
    {
    }

    /// <summary>What a server without faults would do.</summary>
    public static SmtpAction Default { get; } = new();

    /// <summary>No answer until <see cref="ScriptedSmtpServer.Release"/>, then the usual one.</summary>
    public static SmtpAction Stall { get; } = new() { IsHeld = true };

    /// <summary>No answer, and a TCP reset.</summary>
    public static SmtpAction Reset { get; } = new() { Bytes = [], Ending = SmtpEnding.Reset };

    /// <summary>No answer, and an orderly end of the TCP connection.</summary>
    public static SmtpAction Close { get; } = new() { Bytes = [], Ending = SmtpEnding.Close };

    /// <summary>No answer: the server ends its direction and goes on reading until the client ends the other.</summary>
    public static SmtpAction HalfClose { get; } = new() { Bytes = [], Ending = SmtpEnding.HalfClose };

    /// <summary>What is sent; null is the usual reply.</summary>
    internal byte[]? Bytes { get; private init; }

    /// <summary>Sent in front of the reply, and behind it.</summary>
    internal byte[] Before { get; private init; } = [];

    internal byte[] Behind { get; private init; } = [];

    /// <summary>Each octet is sent by itself, after this pause; null: all at once.</summary>
    internal TimeSpan? Pause { get; private init; }

    /// <summary>What is sent again and again, in place of a reply, until the client goes.</summary>
    internal byte[]? Endless { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal bool IsHeld { get; private init; }

    /// <summary>Completes when what is held is let go; set for the exchange that the action is for.</summary>
    internal Task Released { get; init; } = Task.CompletedTask;

    internal SmtpEnding Ending { get; private init; }

    /// <summary>Null: stored when the reply is 2yz.</summary>
    internal bool? Stores { get; private init; }

    /// <summary>After this many octets of content the connection is reset.</summary>
    internal long? ContentLimit { get; private init; }

    /// <param name="line">As it goes over the wire, without CRLF: <c>550 5.1.1 No such user</c>.</param>
    public static SmtpAction Reply(string line) => Garbage(Encoding.UTF8.GetBytes(line + "\r\n"));

    /// <summary>A reply of several lines (RFC 5321 section 4.2.1).</summary>
    public static SmtpAction Reply(int code, params IReadOnlyList<string> lines) =>
        Garbage(Encoding.UTF8.GetBytes(SmtpReply.Format(code, lines)));

    /// <summary>Any octets, sent as they are. What begins with three digits counts as a reply with that code.</summary>
    public static SmtpAction Garbage(ReadOnlySpan<byte> octets) => new() { Bytes = octets.ToArray() };

    /// <summary>
    /// Answers DATA with 354, and resets the connection once <paramref name="octets"/> of content have arrived (or the
    /// final dot, if that is earlier). Nothing is stored.
    /// </summary>
    public static SmtpAction CutContentAfter(long octets) => new() { ContentLimit = octets };

    /// <summary>No reply, but these octets over and over until the client goes.</summary>
    public static SmtpAction Forever(ReadOnlySpan<byte> octets) => new() { Bytes = [], Endless = octets.ToArray() };

    /// <summary>A line that answers nothing, in front of the reply: it is what the client reads for it.</summary>
    public SmtpAction Preceded(string line) => this with { Before = Encoding.UTF8.GetBytes(line + "\r\n") };

    /// <summary>A line that answers nothing, together with the reply and behind it.</summary>
    public SmtpAction Followed(string line) => this with { Behind = Encoding.UTF8.GetBytes(line + "\r\n") };

    /// <summary>Each octet of the reply travels by itself.</summary>
    /// <param name="pause">Before each.</param>
    public SmtpAction InPieces(TimeSpan pause = default) => this with { Pause = pause };

    public SmtpAction After(TimeSpan delay) => this with { Delay = delay };

    /// <summary>Not before <see cref="ScriptedSmtpServer.Release"/>.</summary>
    public SmtpAction Held() => this with { IsHeld = true };

    /// <summary>The connection ends in an orderly way after the reply.</summary>
    public SmtpAction ThenClose() => this with { Ending = SmtpEnding.Close };

    /// <summary>The connection is reset after the reply, which the client may or may not have read by then.</summary>
    public SmtpAction ThenReset() => this with { Ending = SmtpEnding.Reset };

    /// <summary>At the final dot: the mail is stored, whatever the answer.</summary>
    public SmtpAction Stored() => this with { Stores = true };

    /// <summary>At the final dot: the mail is not stored, whatever the answer.</summary>
    public SmtpAction NotStored() => this with { Stores = false };
}
