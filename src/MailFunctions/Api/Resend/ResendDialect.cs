using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;

namespace MailFunctions.Api.Resend;

/// <summary>
/// Translates the requests of Resend's clients into those of this API: files may be given as bytes, and times in words.
/// Unknown fields are ignored, as Resend does, and named in a header of the answer. docs/resend.md lists the differences,
/// with their sources.
/// </summary>
internal sealed class ResendDialect
{
    private static readonly string[] OfAttachment = ["filename", "content", "content_type", "content_id", InlineContentId, "path"];
    private static readonly string[] OfTag = ["name", "value"];
    private static readonly string[] OfTemplate = ["id", "name", "version", "variables"];
    private static readonly string[] OfEmail = [.. EmailRequestParser.Known, "topic_id"];
    private static readonly string[] OfChange = ["scheduled_at"];

    /// <summary>The name that clients of 2025 used for <c>content_id</c>.</summary>
    private const string InlineContentId = "inline_content_id";

    private readonly DateTimeOffset _now;
    private readonly ErrorList _errors;
    private readonly IgnoredFields _ignored;

    private ResendDialect(DateTimeOffset now, ErrorList errors, IgnoredFields? ignored) => (_now, _errors, _ignored) = (now, errors, ignored ?? new IgnoredFields());

    /// <param name="lane">The lane of mail that names none.</param>
    /// <param name="now">The time from which times in words count.</param>
    /// <param name="ignored">Collects the places of ignored fields; may be null.</param>
    public static RequestValue Email(RequestValue email, Lane lane, DateTimeOffset now, ErrorList errors, IgnoredFields? ignored = null) =>
        new ResendDialect(now, errors, ignored).Email(email, lane);

    /// <summary>Translates the body of a call that reschedules an email.</summary>
    public static RequestValue Change(RequestValue body, DateTimeOffset now, ErrorList errors, IgnoredFields? ignored = null) =>
        new ResendDialect(now, errors, ignored).Change(body);

    private RequestValue Email(RequestValue email, Lane lane)
    {
        if (!email.IsObject)
            return email;

        // A topic decides who gets the mail, so it is refused rather than ignored.
        if (email.Member("topic_id") is { IsNull: false } topic)
            _errors.Add(topic, "is not supported here: what a recipient can leave is a topic of the field unsubscribe");

        var members = Known(email, OfEmail).Where(member => member.Name != "topic_id").Select(member => (member.Name, Value: Field(member.Name, member.Value))).ToList();
        MoveReplyTo(email, members);
        if (!members.Exists(member => member.Name == "lane" && !member.Value.IsNull))
        {
            members.RemoveAll(member => member.Name == "lane");
            members.Add(("lane", RequestValue.OfText(email, "lane", Encoding.ASCII.GetBytes(lane.Name()))));
        }

        return email.WithMembers(members);
    }

    private RequestValue Change(RequestValue body) =>
        body.IsObject ? body.WithMembers(Known(body, OfChange).Select(member => (member.Name, Field(member.Name, member.Value)))) : body;

    /// <summary>Returns the known members; the others are recorded.</summary>
    private List<(string Name, RequestValue Value)> Known(RequestValue value, string[] names)
    {
        foreach (var (name, member) in value.Members)
        {
            if (!names.Contains(name) && !member.IsNull)
                _ignored.Add(member);
        }

        return value.Members.FindAll(member => names.Contains(member.Name));
    }

    private RequestValue Field(string name, RequestValue value) => name switch
    {
        "attachments" => value.WithItems(value.Items.Select(Attachment).OfType<RequestValue>()),
        "template" when value.IsObject => value.WithMembers(Known(value, OfTemplate)),
        "tags" => value.WithItems(value.Items.Select(item => item.IsObject ? item.WithMembers(Known(item, OfTag)) : item)),
        "scheduled_at" => ScheduleWords.Read(value, _now, _errors),
        _ => value,
    };

    /// <summary>Moves a header Reply-To to the field of that name, from which composition writes the header.</summary>
    private void MoveReplyTo(RequestValue email, List<(string Name, RequestValue Value)> members)
    {
        var at = members.FindIndex(member => member is { Name: "headers", Value.IsObject: true });
        if (at < 0 || members[at].Value.Members.Find(header => header.Name.Equals("Reply-To", StringComparison.OrdinalIgnoreCase)) is not { Value: { IsNull: false } replyTo })
            return;

        members[at] = ("headers", members[at].Value.WithMembers(members[at].Value.Members.Where(other => other.Value != replyTo)));
        if (members.Exists(member => member.Name == "reply_to" && !member.Value.IsNull))
            _errors.Add(replyTo, "cannot stand beside reply_to, which says the same: give one of them");
        members.RemoveAll(member => member is { Name: "reply_to", Value.IsNull: true });
        members.Add(("reply_to", replyTo));
    }

    private RequestValue? Attachment(RequestValue file)
    {
        if (!file.IsObject)
            return file;

        var members = Known(file, OfAttachment).Where(member => !member.Value.IsNull).ToDictionary(member => member.Name, member => member.Value);
        if (members.Remove("path", out var path))
        {
            // A client that sends both has already read the file.
            if (!members.ContainsKey("content"))
            {
                _errors.Add(path, "is not supported here: nothing is fetched from elsewhere; send the file as content, in base64");
                return null;
            }

            _ignored.Add(path);
        }

        if (members.TryGetValue("content", out var content) && BytesOf(content) is { } bytes)
            members["content"] = RequestValue.OfText(file, "content", Base64(bytes.Span));
        if (members.Remove(InlineContentId, out var id) && !members.TryAdd("content_id", id) && !members["content_id"].Raw.Span.SequenceEqual(id.Raw.Span))
            _errors.Add(id, "is another name for content_id, which says something else");

        // Clients may send a file without a name, or with the name false.
        if (!members.TryGetValue("filename", out var name) || name.KindName == "a boolean")
            members["filename"] = RequestValue.OfText(file, "filename", "attachment"u8);
        return file.WithMembers(members.Select(member => (member.Key, member.Value)));
    }

    /// <summary>Reads an array of bytes, or the form in which Node.js writes a Buffer: <c>{"type":"Buffer","data":[…]}</c>.</summary>
    private static ReadOnlyMemory<byte>? BytesOf(RequestValue content)
    {
        var value = content.IsObject ? content.Members.Find(member => member.Name == "data").Value : content;
        return value is { Bytes: null, IsArray: true, Items.Count: 0 } ? ReadOnlyMemory<byte>.Empty : value?.Bytes;
    }

    private static byte[] Base64(ReadOnlySpan<byte> bytes)
    {
        var text = GC.AllocateUninitializedArray<byte>(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, text, out _, out _);
        return text;
    }
}
