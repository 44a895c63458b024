using System.Globalization;
using System.Security;
using System.Text;
using System.Xml.Linq;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>Queues by the REST reference of Queue Storage: "Put Message", "Get Messages", "Peek Messages", "Update Message", "Delete Message".</summary>
internal sealed class QueueService(TimeProvider clock)
{
    private const int MaxMessageBytes = 64 * 1024;
    private const int MaxMessages = 32;
    private static readonly TimeSpan MaxHidden = TimeSpan.FromDays(7);
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(7);

    private readonly Dictionary<string, List<Message>> _queues = new(StringComparer.Ordinal);
    private int _minted;

    public StorageReply Perform(StorageCall call)
    {
        var words = call.Path.Split('/');
        var isMessages = words.Length > 1 && words[1] == "messages";
        return (call.Method, words.Length) switch
        {
            ("PUT", 1) => Create(words[0]),
            ("DELETE", 1) => Drop(words[0]),
            ("GET" or "HEAD", 1) when call.Parameter("comp") == "metadata" => Properties(words[0]),
            ("POST", 2) when isMessages => Put(words[0], call),
            ("GET", 2) when isMessages => call.Parameter("peekonly") == "true" ? Peek(words[0], call) : Get(words[0], call),
            ("DELETE", 2) when isMessages => Clear(words[0]),
            ("PUT", 3) when isMessages => Update(words[0], words[2], call),
            ("DELETE", 3) when isMessages => Delete(words[0], words[2], call),
            _ => throw new StorageRefusal(400, "UnsupportedOperation", $"{call.Method} {call.Path} is not carried out by this storage."),
        };
    }

    public IReadOnlyList<string> Texts(string name) => _queues.TryGetValue(name, out var queue) ? [.. Living(queue).Select(message => message.Text)] : [];

    public bool Shows(string name) => _queues.TryGetValue(name, out var queue) && Visible(queue).Any();

    private StorageReply Create(string name) => new(_queues.TryAdd(name, []) ? 201 : 204);

    private StorageReply Drop(string name)
    {
        Queue(name);
        _queues.Remove(name);
        return new StorageReply(204);
    }

    private StorageReply Properties(string name) =>
        new StorageReply(200).With("x-ms-approximate-messages-count", Living(Queue(name)).Count().ToString(CultureInfo.InvariantCulture));

    private StorageReply Put(string name, StorageCall call)
    {
        var queue = Queue(name);
        var hidden = Seconds(call, "visibilitytimeout", TimeSpan.Zero, least: 0);
        var life = call.Parameter("messagettl") is { } given
            ? given == "-1" ? (TimeSpan?)null : TimeSpan.FromSeconds(int.Parse(given, CultureInfo.InvariantCulture))
            : UsualLife;
        if (life <= TimeSpan.Zero)
            throw new StorageRefusal(400, "OutOfRangeQueryParameterValue", "messagettl is -1 or above 0.");
        if (life is { } bounded && hidden >= bounded)
            throw new StorageRefusal(400, "OutOfRangeQueryParameterValue", "visibilitytimeout is below messagettl.");
        var now = clock.GetUtcNow();
        var message = new Message
        {
            Id = Mint(1),
            Text = ReadText(call.Body),
            Inserted = now,
            Expires = life is { } some ? now + some : DateTimeOffset.MaxValue,
            VisibleAt = now + hidden,
            PopReceipt = Mint(2),
        };
        queue.Add(message);
        return StorageReply.OfXml(201, List([message], Detail.Receipt));
    }

    private StorageReply Get(string name, StorageCall call)
    {
        var queue = Queue(name);
        var hidden = Seconds(call, "visibilitytimeout", TimeSpan.FromSeconds(30), least: 1);
        var now = clock.GetUtcNow();
        var taken = Visible(queue).Take(Count(call)).ToList();
        foreach (var message in taken)
        {
            message.DequeueCount++;
            message.PopReceipt = Mint(2);
            message.VisibleAt = now + hidden;
        }

        return StorageReply.OfXml(200, List(taken, Detail.Whole));
    }

    private StorageReply Peek(string name, StorageCall call) => StorageReply.OfXml(200, List(Visible(Queue(name)).Take(Count(call)), Detail.Peeked));

    private StorageReply Clear(string name)
    {
        Queue(name).Clear();
        return new StorageReply(204);
    }

    private StorageReply Update(string name, string id, StorageCall call)
    {
        var message = Held(name, id, call);
        var hidden = Seconds(call, "visibilitytimeout", null, least: 0);
        var now = clock.GetUtcNow();
        if (now + hidden > message.Expires)
            throw new StorageRefusal(400, "OutOfRangeQueryParameterValue", "A message cannot be hidden beyond its expiry.");
        if (!call.Body.IsEmpty)
            message.Text = ReadText(call.Body);
        message.VisibleAt = now + hidden;
        message.PopReceipt = Mint(2);
        return new StorageReply(204).With("x-ms-popreceipt", message.PopReceipt).With("x-ms-time-next-visible", Time(message.VisibleAt));
    }

    private StorageReply Delete(string name, string id, StorageCall call)
    {
        Queue(name).Remove(Held(name, id, call));
        return new StorageReply(204);
    }

    private List<Message> Queue(string name) =>
        _queues.GetValueOrDefault(name) ?? throw new StorageRefusal(404, "QueueNotFound", "The specified queue does not exist.");

    /// <summary>"Delete Message" and "Update Message": 404 if no message has this id and this receipt.</summary>
    private Message Held(string name, string id, StorageCall call) =>
        Living(Queue(name)).FirstOrDefault(message => message.Id == id && message.PopReceipt == call.Parameter("popreceipt"))
        ?? throw new StorageRefusal(404, "MessageNotFound", "The specified message does not exist.");

    private IEnumerable<Message> Living(List<Message> queue)
    {
        var now = clock.GetUtcNow();
        return queue.Where(message => message.Expires > now);
    }

    private IEnumerable<Message> Visible(List<Message> queue)
    {
        var now = clock.GetUtcNow();
        return Living(queue).Where(message => message.VisibleAt <= now).OrderBy(message => message.VisibleAt);
    }

    private static int Count(StorageCall call) => call.Parameter("numofmessages") is not { } given
        ? 1
        : int.Parse(given, CultureInfo.InvariantCulture) is var count and >= 1 and <= MaxMessages
            ? count
            : throw new StorageRefusal(400, "OutOfRangeQueryParameterValue", "numofmessages is from 1 to 32.");

    private static TimeSpan Seconds(StorageCall call, string name, TimeSpan? usual, int least)
    {
        if (call.Parameter(name) is not { } given)
            return usual ?? throw new StorageRefusal(400, "MissingRequiredQueryParameter", $"{name} is required.");
        var seconds = TimeSpan.FromSeconds(int.Parse(given, CultureInfo.InvariantCulture));
        return seconds >= TimeSpan.FromSeconds(least) && seconds <= MaxHidden
            ? seconds
            : throw new StorageRefusal(400, "OutOfRangeQueryParameterValue", $"{name} is from {least} s to 7 days.");
    }

    private static string ReadText(ReadOnlyMemory<byte> body)
    {
        var text = XDocument.Parse(Encoding.UTF8.GetString(body.Span).TrimStart('\uFEFF')).Root?.Element("MessageText")?.Value
            ?? throw new StorageRefusal(400, "InvalidXmlDocument", "There is no MessageText.");
        return Encoding.UTF8.GetByteCount(text) <= MaxMessageBytes
            ? text
            : throw new StorageRefusal(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");
    }

    private string Mint(int kind) => new Guid(++_minted, 0, (short)kind, 0x80, 0, 0, 0, 0, 0, 0, 0).ToString();

    private static string List(IEnumerable<Message> messages, Detail detail)
    {
        var xml = new StringBuilder("""<?xml version="1.0" encoding="utf-8"?><QueueMessagesList>""");
        foreach (var message in messages)
        {
            xml.Append("<QueueMessage>").Append(Element("MessageId", message.Id)).Append(Element("InsertionTime", Time(message.Inserted))).Append(Element("ExpirationTime", Time(message.Expires)));
            if (detail != Detail.Peeked)
                xml.Append(Element("PopReceipt", message.PopReceipt)).Append(Element("TimeNextVisible", Time(message.VisibleAt)));
            if (detail != Detail.Receipt)
                xml.Append(Element("DequeueCount", message.DequeueCount.ToString(CultureInfo.InvariantCulture))).Append(Element("MessageText", message.Text));
            xml.Append("</QueueMessage>");
        }

        return xml.Append("</QueueMessagesList>").ToString();
    }

    private static string Element(string name, string value) => $"<{name}>{SecurityElement.Escape(value)}</{name}>";

    private static string Time(DateTimeOffset time) => time.ToString("R", CultureInfo.InvariantCulture);

    private enum Detail
    {
        Receipt,
        Peeked,
        Whole,
    }

    private sealed class Message
    {
        public required string Id { get; init; }

        public required string Text { get; set; }

        public required DateTimeOffset Inserted { get; init; }

        public required DateTimeOffset Expires { get; init; }

        public required DateTimeOffset VisibleAt { get; set; }

        public required string PopReceipt { get; set; }

        public int DequeueCount { get; set; }
    }
}
