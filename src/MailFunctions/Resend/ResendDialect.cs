using System.Text;
using MailFunctions.Intake;
using MailFunctions.Ledger;
using MailFunctions.Requests;

namespace MailFunctions.Resend;

/// <summary>
/// Writes what Resend's clients send as what is read here: fields that nobody knows are left out, as Resend does, files
/// may come as bytes, and times in words. docs/resend.md has the differences, with their sources.
/// </summary>
internal static class ResendDialect
{
    private static readonly string[] OfAttachment = ["filename", "content", "content_type", "content_id"];
    private static readonly string[] OfTag = ["name", "value"];

    private static readonly string[] OfTemplate = ["id", "name", "version", "variables"];

    /// <param name="lane">Of mail that names none.</param>
    /// <param name="now">What times in words count from.</param>
    public static RequestValue Email(RequestValue email, Lane lane, DateTimeOffset now, ErrorList errors)
    {
        if (!email.IsObject)
            return email;

        // It decides who gets the mail: better refused than left out.
        if (email.Members.Find(member => member.Name == "topic_id").Value is { IsNull: false } topic)
            errors.Add(topic, "is not supported here: there are no topics");

        var members = Known(email, EmailRequestParser.Known).Select(member => (member.Name, Field(member.Name, member.Value, now, errors))).ToList();
        if (!members.Exists(member => member.Name == "lane" && !member.Item2.IsNull))
        {
            members.RemoveAll(member => member.Name == "lane");
            members.Add(("lane", RequestValue.OfText(email, "lane", Encoding.ASCII.GetBytes(lane.Name()))));
        }

        return email.WithMembers(members);
    }

    /// <summary>The body of a call that gives an email another time.</summary>
    public static RequestValue Change(RequestValue body, DateTimeOffset now, ErrorList errors) =>
        body.IsObject ? body.WithMembers(Known(body, ["scheduled_at"]).Select(member => (member.Name, Field(member.Name, member.Value, now, errors)))) : body;

    private static IEnumerable<(string Name, RequestValue Value)> Known(RequestValue value, string[] names) =>
        value.Members.Where(member => names.Contains(member.Name));

    private static RequestValue Field(string name, RequestValue value, DateTimeOffset now, ErrorList errors) => name switch
    {
        "attachments" => value.WithItems(value.Items.Select(item => Attachment(item, errors)).OfType<RequestValue>()),
        "template" when value.IsObject => value.WithMembers(Known(value, OfTemplate)),
        "tags" => value.WithItems(value.Items.Select(item => item.IsObject ? item.WithMembers(Known(item, OfTag)) : item)),
        "scheduled_at" => ScheduleWords.Read(value, now, errors),
        _ => value,
    };

    private static RequestValue? Attachment(RequestValue file, ErrorList errors)
    {
        if (!file.IsObject)
            return file;

        var members = Known(file, OfAttachment).Where(member => !member.Value.IsNull).ToDictionary(member => member.Name, member => member.Value);
        if (!members.TryGetValue("content", out var content) && file.Members.Find(member => member.Name == "path").Value is { IsNull: false } path)
        {
            errors.Add(path, "is not supported here: nothing is fetched from elsewhere; send the file as content, in base64");
            return null;
        }

        if (content is not null && BytesOf(content) is { } bytes)
            members["content"] = RequestValue.OfText(file, "content", Base64(bytes.Span));

        // The client allows a file without a name, or with the name false.
        if (!members.TryGetValue("filename", out var name) || name.KindName == "a boolean")
            members["filename"] = RequestValue.OfText(file, "filename", "attachment"u8);
        return file.WithMembers(members.Select(member => (member.Key, member.Value)));
    }

    /// <summary>An array of bytes, or what Node.js makes of a Buffer: <c>{"type":"Buffer","data":[…]}</c>.</summary>
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
