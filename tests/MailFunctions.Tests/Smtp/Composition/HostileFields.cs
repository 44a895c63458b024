using System.Text.Json.Nodes;
using CsCheck;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Smtp.Composition;

/// <summary>Whatever a caller could put into a field of a mail, right or wrong.</summary>
internal static class HostileFields
{
    /// <summary>All names with a grammar of their own, some without, and some that no caller may set.</summary>
    private static readonly string[] Names =
    [
        "List-Unsubscribe", "List-Help", "List-Post", "List-Owner", "List-Archive", "List-Subscribe", "Archived-At", "List-Id", "List-Unsubscribe-Post", "Disposition-Notification-To",
        "Disposition-Notification-Options", "Return-Receipt-To", "Errors-To", "X-Confirm-Reading-To", "Original-Message-ID", "In-Reply-To", "References", "Supersedes",
        "Auto-Submitted", "Precedence", "Importance", "Feedback-ID", "X-Priority", "Keywords", "Comments", "Organization", "X-Mailer", "X-Entity-Ref-ID", "Mail-Followup-To",
        "Thread-Topic", "Newsgroups", "Path", "X-400-Received", "Resent-To", "Sender", "Autocrypt", "LIST-UNSUBSCRIBE", "list-id", "X-\"<>()@,;\\/[]?=", "!#$%&'*+-.^_`{|}~",
    ];

    private static readonly string[] Pieces =
    [
        "a", "Grüße", "jose\u0301", "مرحبا \u202Eשלום\u202C", "漢字", "😀👩‍👩‍👧", "\u0000", "\u0001\u001F\u007F", "\u0085\u00A0\u2028\u2029", "\t", "\r\n", "\r\nBcc: eve@example.com\r\n",
        " ", "  ", "\uD83D", "\uDE00", "\uFFFE\uFFFF\uFFFD", "=?utf-8?q?x?=", "=?", "\"", "\\", "<", ">", "(", ")", ",", ";", ":", "@", ".", "%", "%C3%A4", "?subject=ä", "NO",
        "<https://example.com/ä?b=ö#ü>", "<https://bücher.example:8443/a b>", "<mailto:ä@bücher.example?subject=Grüße>", "<http://üser@[::1]/ä>", "(ein Kommentar, ü)", "<ä>", "<ä:ä>", "<//ä>", "<https://ä..ä/>",
        "Jürgen <ann@bücher.example>", "\"Jürgen, X\" <ann@example.com>", "jürgen@example.com", "Bücher <bücher.example.com>", "<a@example.com>", "<ä@example.com>", "rfc822; ä@example.com",
        string.Concat(Enumerable.Repeat("\u0301", 300)), new string('\u200B', 50),
    ];

    public static readonly Gen<string> Text = Gen.Frequency(
        (6, Gen.OneOf(Pieces).Array[0, 6].Select(string.Concat)),
        (2, Gen.Select(Gen.OneOf(Pieces), Gen.Int[1, 400], (piece, count) => string.Concat(Enumerable.Repeat(piece, count)))),
        (1, Gen.Select(Gen.OneOf(Pieces), Gen.Int[100, 7_000], Gen.OneOf(Pieces), (one, count, other) => one + new string(' ', count) + other)),
        (1, Gen.Select(Gen.OneOf(Pieces), Gen.Int[900, 5_000], Gen.OneOf(Pieces), (one, count, other) => one + new string('x', count) + other)),
        (1, Gen.Select(Gen.Int[1, 4_000], Gen.OneOf("a", "ä", "%", "😀", " "), (count, part) => $"<https://bücher.example/{string.Concat(Enumerable.Repeat(part, count))}>")),
        (1, Gen.String[0, 200]));

    /// <summary>A header's value: in half of the cases one that its grammar may allow.</summary>
    private static readonly Gen<string> Value = Gen.OneOf(Text, Gen.OneOf(Pieces).Array[1, 5].Select(parts => string.Join(", ", parts)));

    public static readonly Gen<(string Name, string Value)> Header = Gen.Select(
        Gen.Frequency((8, Gen.OneOf(Names)), (1, Gen.Int[1, 600].Select(length => "X-" + new string('n', length))), (1, Text)), Value);

    private static readonly Gen<string> Address = Gen.OneOf(
        Gen.OneOf("ann@example.com", "jose\u0301@example.org", "Jürgen <jürgen@bücher.example>", $"{new string('n', 256)} <{new string('x', 64)}@example.com>"),
        Text.Select(name => $"{name} <ann@example.com>"),
        Text.Select(name => $"\"{name}\" <ann@bücher.example>"),
        Text.Select(local => $"{local}@example.com"),
        Text);

    private static readonly Gen<string> ContentType = Gen.OneOf(
        Gen.OneOf("text/plain; charset=utf-8; name*=utf-8''%C3%A4", "image/png; x=\"" + new string('y', 200) + "\"", "text/calendar; method=REQUEST", "application/pdf; a=1; a*0=2", "x/y; boundary=\"=?utf-8?q?x?=\""),
        Text.Select(text => $"application/x; p=\"{text}\""),
        Text);

    private static readonly Gen<JsonNode?> Attachment = Gen.Select(
        Text, ContentType, Gen.OneOf(Gen.Const("logo"), Text), Gen.Int[0, 3],
        (name, type, id, fields) => (JsonNode?)new JsonObject
        {
            ["filename"] = name,
            ["content"] = "JVBERg==",
            ["content_type"] = (fields & 1) == 0 ? type : null,
            ["content_id"] = (fields & 2) == 0 ? id : null,
        });

    private static readonly Gen<JsonNode?> Calendar = Gen.Select(
        Text, Gen.OneOf(Gen.Const("REQUEST"), Text), Text,
        (summary, method, name) => (JsonNode?)new JsonObject { ["content"] = $"BEGIN:VCALENDAR\r\nSUMMARY:{summary}\r\nEND:VCALENDAR", ["method"] = method, ["filename"] = name });

    /// <summary>A mail that is right, with one or two fields of it, any that a caller can fill, replaced by what is hostile.</summary>
    public static readonly Gen<JsonObject> Request = Gen.OneOf(
            Header.Array[1, 3].Select(fields => ("headers", (JsonNode?)new JsonObject(fields.DistinctBy(field => field.Name).Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Value))))),
            Gen.Select(Gen.OneOf("from", "to", "cc", "bcc", "reply_to"), Address, (field, value) => (field, (JsonNode?)value)),
            Gen.Select(Gen.OneOf("subject", "text", "html"), Text, (field, value) => (field, (JsonNode?)value)),
            Attachment.Select(file => ("attachments", (JsonNode?)new JsonArray(file))),
            Calendar.Select(calendar => ("calendar", (JsonNode?)calendar)),
            Gen.Select(Text, Text, (name, value) => ("tags", (JsonNode?)new JsonArray(new JsonObject { ["name"] = name, ["value"] = value }))))
        .Array[1, 2]
        .Select(fields =>
        {
            var mail = new JsonObject { ["from"] = "ann@example.com", ["to"] = "bob@example.org", ["subject"] = "Hello", ["text"] = "Hello", ["html"] = "<img src='cid:logo'>" };
            foreach (var (name, value) in fields)
                mail[name] = value?.DeepClone();
            return mail;
        });

    /// <summary>With each character escaped: the writer of the platform refuses half of a surrogate pair.</summary>
    public static string Json(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject fields => $"{{{string.Join(',', fields.Select(field => $"{Quoted(field.Key)}:{Json(field.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Json))}]",
        _ => Quoted(node.GetValue<string>()),
    };

    private static string Quoted(string text) => $"\"{string.Concat(text.Select(c => $"\\u{(int)c:x4}"))}\"";

    /// <summary>Subjects as templates make them.</summary>
    public static readonly Gen<string> Subject = Text.Select(text => RenderedText.Check(TemplatePart.Subject, text).Text).Where(text => text is not null).Select(text => text!);
}
