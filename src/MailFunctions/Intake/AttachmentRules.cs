using System.Globalization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MimeKit;

namespace MailFunctions.Intake;

/// <summary>
/// Reads attachments: names, types, content ids, and either the base64 content, which is decoded once, or the path of a
/// file.
/// </summary>
/// <param name="files">The files that a path may name, as far as they are known.</param>
internal sealed class AttachmentRules(FileSet files, ErrorList errors)
{
    private const string Unnamed = "application/octet-stream";

    private const int PathChars = 5 + BlobName.MaxChars;

    private readonly HashSet<string> _contentIds = new(StringComparer.Ordinal);
    private long _decoded;

    public IReadOnlyList<Attachment> Read(RequestValue? value)
    {
        if (value is null)
            return [];
        if (!value.IsArray)
        {
            errors.Add(value, $"must be an array, not {value.KindName}");
            return [];
        }

        if (value.Items.Count > EmailLimits.Attachments)
        {
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Items.Count} attachments: at most {EmailLimits.Attachments} are allowed"));
            return [];
        }

        var attachments = value.Items.Select(ReadOne).OfType<Attachment>().ToArray();
        if (_decoded > EmailLimits.AttachmentBytes)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"have {_decoded} bytes once decoded: at most {EmailLimits.AttachmentBytes} are allowed together"));
        return attachments;
    }

    private Attachment? ReadOne(RequestValue value)
    {
        if (RequestFields.Of(value, errors, "filename", "content", "path", "content_type", "content_id") is not { } fields)
            return null;

        var path = fields.Optional("path");
        if (path is not null && fields.Optional("content") is { } both)
            errors.Add(both, "cannot stand beside a path, which says where the file is");
        var (fileName, reference) = path is null ? (Named(fields), null) : Find(path, fields);
        var bytes = path is not null ? default(ReadOnlyMemory<byte>)
            : fields.Required("content", "is required: the file as base64") is { } content ? Decode(content) : null;
        var type = fields.Optional("content_type") is { } stated ? ReadContentType(stated) : GuessContentType(fileName);
        var contentId = fields.Optional("content_id") is { } id ? ReadContentId(id) : null;

        return fileName is null || bytes is null || type is null || (path is not null && reference is null)
            ? null
            : new Attachment { FileName = fileName, ContentType = type, ContentId = contentId, Bytes = bytes.Value, Reference = reference };
    }

    private string? Named(RequestFields fields) => fields.Required("filename") is { } name ? ReadFileName(name) : null;

    /// <summary>Finds the file, with its own name unless the mail gives another.</summary>
    private (string? FileName, FileReference? Reference) Find(RequestValue path, RequestFields fields)
    {
        if (RequestFields.ReadText(path, PathChars, errors) is not { } text)
            return (null, null);
        var found = files.Find(text);
        if (found.Fault is { } fault)
            errors.Add(path, fault);

        // An excess of the total is one error, on the list of attachments.
        _decoded += found.Length;
        if (fields.Optional("filename") is { } name)
            return (ReadFileName(name), found.Reference);
        if (found.Reference is null)
            return (null, null);
        var own = found.Reference.Name[(found.Reference.Name.LastIndexOf('/') + 1)..];
        if (own.Length <= EmailLimits.FileNameChars && IsFileName(own))
            return (own.Trim(), found.Reference);
        errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"ends with what is no file name of at most {EmailLimits.FileNameChars} characters: give a filename"));
        return (null, null);
    }

    private string? ReadFileName(RequestValue value) => ReadFileName(value, errors);

    public static string? ReadFileName(RequestValue value, ErrorList errors)
    {
        var name = RequestFields.ReadText(value, EmailLimits.FileNameChars, errors);
        if (name is null)
            return null;

        if (IsFileName(name))
            return name.Trim();

        errors.Add(value, "is no file name: slashes, backslashes and control characters are not allowed, nor is an empty name");
        return null;
    }

    private static bool IsFileName(string name) =>
        name.Trim() is not ("" or "." or "..") && !name.Any(c => char.IsControl(c) || c is '/' or '\\');

    private ReadOnlyMemory<byte>? Decode(RequestValue value)
    {
        if (!value.IsString || !value.TryReadUtf8(out var base64))
        {
            errors.Add(value, value.IsString ? "is no base64: it holds half of a surrogate pair" : $"must be a string of base64, not {value.KindName}");
            return null;
        }

        // An excess of the total is one error, on the list of attachments; nothing beyond the bound is decoded.
        var size = Base64Content.SizeOf(base64.Span);
        _decoded += size;
        if (_decoded > EmailLimits.AttachmentBytes)
            return null;
        if (Base64Content.Decode(base64.Span, size) is { } bytes)
            return bytes;

        errors.Add(value, "is no base64: the alphabet is A-Z a-z 0-9 + / or, for URLs, - and _ in place of the last two, padded with = to a multiple of four or not padded at all, without a prefix such as data: (RFC 4648 sections 4 and 5)");
        return null;
    }

    private string? ReadContentType(RequestValue value)
    {
        var text = RequestFields.ReadText(value, EmailLimits.ContentTypeChars, errors);
        if (text is null)
            return null;

        if (!text.All(c => c is >= ' ' and < '\x7F') || !ContentType.TryParse(text, out var type))
        {
            errors.Add(value, "is no media type, such as application/pdf or text/csv; charset=utf-8 (RFC 2045 section 5.1)");
            return null;
        }

        if (!IsOfLeaves(type))
        {
            errors.Add(value, "must be the type of one file: multipart and message types cannot be sent as base64 (RFC 2046 section 5.2); use application/octet-stream");
            return null;
        }

        return text.Trim();
    }

    private static string? GuessContentType(string? fileName) =>
        fileName is null ? null : MimeTypes.GetMimeType(fileName) is var type && ContentType.TryParse(type, out var parsed) && IsOfLeaves(parsed) ? type : Unnamed;

    private static bool IsOfLeaves(ContentType type) => !type.IsMimeType("multipart", "*") && !type.IsMimeType("message", "*");

    private string? ReadContentId(RequestValue value)
    {
        var id = RequestFields.ReadText(value, EmailLimits.ContentIdChars, errors);
        if (id is null)
            return null;

        if (!IsContentId(id))
            errors.Add(value, "is no content id: letters, digits and .-_+= are allowed, with at most one @ in between and without angle brackets, as in logo or logo@example.com");
        else if (!_contentIds.Add(id))
            errors.Add(value, "is the content id of another attachment too");

        return id;
    }

    private static bool IsContentId(string id) =>
        id.Split('@') is { Length: <= 2 } sides
        && sides.All(side => side.Split('.').All(atom => atom.Length > 0 && atom.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '+' or '=')));
}
