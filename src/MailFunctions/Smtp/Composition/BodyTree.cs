using System.Runtime.InteropServices;
using System.Text;
using MailFunctions.Mail;
using MimeKit;
using MimeKit.Text;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Builds the tree of parts: mixed( alternative( text, related( html, what the html shows ), calendar ), files ), with
/// each level left out where it would hold one part (RFC 2046 section 5.1, RFC 2387).
/// </summary>
internal sealed class BodyTree(EmailId id)
{
    private int _boundaries;

    public MimeEntity Build(EmailContent content)
    {
        // Without html nothing refers to a content id, and a part that nothing refers to must not be hidden.
        var byUse = content.Attachments.Where(file => !file.IsAlternative).ToLookup(file => content.Html is not null && file.ContentId is not null);
        var body = Bodies(content, [.. byUse[true]]);
        var files = byUse[false].ToArray();
        return files.Length == 0 ? body : Join(new Multipart("mixed"), [body, .. files.Select(file => Part(file, ContentDisposition.Attachment))]);
    }

    private MimeEntity Bodies(EmailContent content, Attachment[] shown)
    {
        // The last is the one that a reader prefers (RFC 2046 section 5.1.4).
        var forms = new List<MimeEntity>();
        if (content.Text is not null || content.Html is null)
            forms.Add(Text(TextFormat.Plain, content.Text ?? ""));
        if (content.Html is not null)
            forms.Add(Html(content.Html, shown));
        forms.AddRange(content.Attachments.Where(file => file.IsAlternative).Select(Alternative));
        return forms is [var only] ? only : Join(new MultipartAlternative(), forms);
    }

    private static MimePart Alternative(Attachment form)
    {
        var type = ContentType.Parse(form.ContentType);
        var part = new TextPart(type.MediaSubtype);
        part.SetText(Encoding.UTF8, WithCrLf(Encoding.UTF8.GetString(form.Bytes.Span)));
        foreach (var parameter in type.Parameters.Where(parameter => !parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)))
            part.ContentType.Parameters.Add(parameter.Name, parameter.Value);
        return part;
    }

    private MimeEntity Html(string html, Attachment[] shown)
    {
        var root = Text(TextFormat.Html, html);
        if (shown.Length == 0)
            return root;

        var related = Join(new MultipartRelated(), [root, .. shown.Select(file => Part(file, ContentDisposition.Inline))]);
        related.ContentType.Parameters["type"] = root.ContentType.MimeType;
        return related;
    }

    private static TextPart Text(TextFormat format, string text)
    {
        var part = new TextPart(format);
        part.SetText(Encoding.UTF8, WithCrLf(text));
        return part;
    }

    private static MimePart Part(Attachment file, string disposition)
    {
        var part = new MimePart(ContentType.Parse(file.ContentType))
        {
            Content = file.Flowing is { } flowing ? new FlowingContent(flowing) : new MimeContent(Open(file.Bytes)),
            ContentDisposition = new ContentDisposition(disposition),
            ContentTransferEncoding = ContentEncoding.Base64,
            ContentId = file.ContentId,
            FileName = file.FileName,
        };

        // The name is written in two places, since old readers know only one of the encodings. MimeKit's RFC 2231
        // splits a character of two UTF-16 code units at the end of a line, so names with such characters have
        // the other encoding in both.
        Encode(part.ContentType.Parameters, "name", ParameterEncodingMethod.Rfc2047);
        Encode(part.ContentDisposition.Parameters, "filename", file.FileName.Any(char.IsSurrogate) ? ParameterEncodingMethod.Rfc2047 : ParameterEncodingMethod.Rfc2231);
        return part;
    }

    private static void Encode(ParameterList parameters, string name, ParameterEncodingMethod method)
    {
        if (parameters.TryGetValue(name, out Parameter? parameter))
            parameter.EncodingMethod = method;
    }

    private static MemoryStream Open(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);

    /// <summary>Lines of text end with CRLF in a mail, whatever they ended with before (RFC 2046 section 4.1.1).</summary>
    private static string WithCrLf(string text) => text
        .Replace("\r\n", "\n", StringComparison.Ordinal)
        .Replace('\r', '\n')
        .Replace("\n", "\r\n", StringComparison.Ordinal);

    private Multipart Join(Multipart multipart, IEnumerable<MimeEntity> parts)
    {
        // No text contains the boundary: the id is minted after the text arrived.
        multipart.Boundary = $"=_{id}_{++_boundaries}";
        foreach (var part in parts)
            multipart.Add(part);
        return multipart;
    }
}
