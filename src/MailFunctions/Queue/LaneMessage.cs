using System.Text.Json;
using System.Text.Json.Serialization;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Queue;

/// <summary>An attempt that a worker is asked to make: the email, and the number of the attempt, from 1.</summary>
/// <param name="Trace">The traceparent of the mail's accept; null if it is not known here.</param>
internal readonly record struct NamedAttempt(EmailId Id, int Number, string? Trace = null)
{
    /// <summary>The attempt after the last that was claimed.</summary>
    public static NamedAttempt NextOf(LedgerRow row) => new(row.Id, row.Attempt + 1, row.Trace);

    /// <summary>The running attempt of a mail that is being sent, whose worker may be lost.</summary>
    public static NamedAttempt RunningOf(LedgerRow row) => new(row.Id, row.Attempt, row.Trace);

    /// <summary>The attempt that a queue message must name to move the mail: the running one of a mail that is being sent, or the next.</summary>
    public static NamedAttempt OfWakeUp(LedgerRow row) => row.State == EmailState.Sending ? RunningOf(row) : NextOf(row);
}

/// <summary>
/// The body of a message on a lane's queue: a chunk of 1 to 100 named attempts, and the trace of their accept
/// if they share one. JSON such as <c>{"v":1,"t":"00-…-01","mails":[{"id":"0193…","n":1}]}</c>, about 50
/// bytes a mail, so a full chunk stays far below the 48 KiB that a queue message holds in base64.
/// </summary>
internal sealed record LaneMessage(IReadOnlyList<NamedAttempt> Mails)
{
    public const int MaxMails = 100;

    private const int Version = 1;

    /// <summary>Set on a copy that represents a message of a poison queue; null for any other message.</summary>
    public PoisonCopy? Copy { get; init; }

    /// <summary>The traceparent of the accept that all mails share; null if there is none, or several.</summary>
    public string? Trace => Mails.Select(mail => mail.Trace).Distinct().Take(2).ToArray() is [var one] ? one : null;

    public BinaryData ToBody()
    {
        if (Mails.Count is 0 or > MaxMails)
            throw new InvalidOperationException($"A queue message names 1 to {MaxMails} mails, not {Mails.Count}.");

        var wire = new Wire(Version, Trace, [.. Mails.Select(mail => new WireMail(mail.Id.ToString(), mail.Number))], Copy?.Original, Copy?.Generation);
        return new BinaryData(JsonSerializer.SerializeToUtf8Bytes(wire, LaneMessageJson.Default.Wire));
    }

    /// <exception cref="UnreadableMessageException">Another program or a newer version wrote the message; the text says which.</exception>
    public static LaneMessage Parse(BinaryData body)
    {
        Wire? wire;
        try
        {
            wire = JsonSerializer.Deserialize(body.ToMemory().Span, LaneMessageJson.Default.Wire);
        }
        catch (JsonException exception)
        {
            // Not the exception's own text: it quotes the message, which may contain anyone's data.
            throw new UnreadableMessageException($"not JSON of the expected shape at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
        }

        if (wire is null || wire.V > Version || wire.V < 1)
            throw new UnreadableMessageException($"version {wire?.V} is not one that this app reads (1 to {Version})");
        if (wire.Mails is null || wire.Mails.Count is 0 or > MaxMails)
            throw new UnreadableMessageException($"it names {wire.Mails?.Count ?? 0} mails instead of 1 to {MaxMails}");

        // The trace decides nothing about mail, so an invalid traceparent makes no message unreadable.
        var trace = TraceContext.Parse(wire.T) is null ? null : wire.T;
        // The original's id is part of a key: accepts only the id of a queue message, not every form that Guid parses.
        var copy = Guid.TryParse(wire.O, out _) && TableKey.IsValid(wire.O) && wire.G >= 1 ? new PoisonCopy(wire.O, wire.G.Value) : null;
        return new LaneMessage([.. wire.Mails.Select(mail => Parse(mail) with { Trace = trace })]) { Copy = copy };
    }

    private static NamedAttempt Parse(WireMail? mail) =>
        mail is not null && EmailId.TryParse(mail.Id, out var id) && mail.N >= 1
            ? new NamedAttempt(id, mail.N)
            : throw new UnreadableMessageException("one of its mails has no valid id or attempt number");

    /// <param name="T">Optional: earlier versions of the app neither write nor read it.</param>
    /// <param name="O">The original of a copy on a poison queue; optional like <paramref name="T"/>.</param>
    /// <param name="G">The generation of that copy; optional like <paramref name="T"/>.</param>
    internal sealed record Wire(int V, string? T, IReadOnlyList<WireMail?>? Mails, string? O = null, int? G = null);

    internal sealed record WireMail(string? Id, int N);
}

/// <summary>Names the message of a poison queue that a copy represents.</summary>
/// <param name="Original">The id of the message that the host put there.</param>
/// <param name="Generation">1 for a copy of the original, 2 for a copy of that copy, and so on.</param>
internal sealed record PoisonCopy(string Original, int Generation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LaneMessage.Wire))]
internal sealed partial class LaneMessageJson : JsonSerializerContext;

/// <summary>A queue message of another program, or an unreadable one: the host gives it up, and it is kept as a dead letter.</summary>
internal sealed class UnreadableMessageException : Exception
{
    public UnreadableMessageException(string what)
        : base($"The queue message cannot be read: {what}.")
    {
    }

    public UnreadableMessageException()
        : this("no reason given")
    {
    }

    public UnreadableMessageException(string what, Exception inner)
        : base($"The queue message cannot be read: {what}.", inner)
    {
    }
}
