using System.Globalization;
using System.Text;
using static MailFunctions.TestPeers.HostileRequest;

namespace MailFunctions.TestPeers;

/// <summary>Requests that people and machines send by mistake or by malice. None of them may be accepted, none may be a fault of ours.</summary>
public static class HostileRequests
{
    private const int MiB = 1024 * 1024;

    public static IReadOnlyList<HostileRequest> All { get; } =
        [.. Encodings(), .. Syntaxes(), .. Shapes(), .. Addresses(), .. Texts(), .. Headers(), .. Attachments(), .. Choices(), .. Oversized()];

    private static IEnumerable<HostileRequest> Encodings() =>
    [
        Bytes("an empty body", [], "empty"),
        Bytes("a byte order mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Without())], "byte order mark"),
        Bytes("a byte that is no UTF-8", Broken([0xFF]), "no valid UTF-8: byte 13"),
        Bytes("an overlong slash", Broken([0xC0, 0xAF]), "no valid UTF-8"),
        Bytes("a surrogate in UTF-8", Broken([0xED, 0xA0, 0x80]), "no valid UTF-8"),
        Bytes("a character cut short", Broken([0xE2, 0x82]), "no valid UTF-8"),
        Bytes("a code point beyond unicode", Broken([0xF5, 0x80, 0x80, 0x80]), "no valid UTF-8"),
        Bytes("UTF-16", Encoding.Unicode.GetBytes(Without()), "Line 1, byte 2"),
        Bytes("UTF-16 with its mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Without())], "no valid UTF-8: byte 1"),
        Bytes("gzip", [0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0], "no valid UTF-8: byte 2"),
        Bytes("a NUL byte", new byte[1], "Line 1, byte 1"),
        Type(null, "application/json"),
        Type("application/x-www-form-urlencoded", "application/json"),
        Type("text/json", "application/json"),
        Type("application/json-patch+json", "application/json"),
        Type("application/jsonp", "application/json"),
        Type("json", "application/json"),
    ];

    private static byte[] Broken(byte[] bytes) => [.. "{\"subject\":\""u8, .. bytes, .. "\"}"u8];

    private static IEnumerable<HostileRequest> Syntaxes() =>
    [
        Syntax("white space only", " \n ", "Line 2, byte 2"),
        Syntax("an object that does not end", "{\"from\":\"a@example.com\"", "Line 1"),
        Syntax("a string that does not end", "{\"from\":\"a@example.com", "Line 1"),
        Syntax("single quotes", "{'from':'a@example.com'}", "Line 1, byte 2"),
        Syntax("names without quotes", "{from:\"a@example.com\"}", "Line 1, byte 2"),
        Syntax("a trailing comma", "{\"from\":\"a@example.com\",\n}", "Line 2, byte 1"),
        Syntax("a comment", "// hello\n{}", "Line 1, byte 1"),
        Syntax("a second document", Without() + "{}", "Line 1"),
        Syntax("something after the end", Without() + " x", "Line 1"),
        Syntax("NaN", With("expires_at", "NaN"), "Line 1"),
        Syntax("infinity", With("expires_at", "-Infinity"), "Line 1"),
        Syntax("a leading zero", With("expires_at", "007"), "Line 1"),
        Syntax("a plus sign", With("expires_at", "+1"), "Line 1"),
        Syntax("True", With("lane", "True"), "Line 1"),
        Syntax("undefined", With("lane", "undefined"), "Line 1"),
        Syntax("a line break in a string", With("subject", "\"a\nb\""), "0x0A"),
        Syntax("a tab in a string", With("subject", "\"a\tb\""), "Line 1"),
        Syntax("an escape that is none", With("subject", "\"\\x41\""), "Line 1"),
        Syntax("half a unicode escape", With("subject", "\"\\u12\""), "Line 1"),
        Syntax("a missing colon", "{\"from\" \"a@example.com\"}", "Line 1"),
        Syntax("brackets that cross", "{\"to\":[}]", "Line 1"),
        Syntax("XML", "<email/>", "Line 1, byte 1"),
        Syntax("seventeen levels", string.Concat(Enumerable.Repeat("[", 17)) + string.Concat(Enumerable.Repeat("]", 17)), "depth"),
        Syntax("a million levels", string.Concat(Enumerable.Repeat("[", 1_000_000)), "depth"),
        Syntax("many values and then a broken one", $"[{string.Join(',', Enumerable.Repeat("1", 20_000))},x]", "Line 1"),
    ];

    private static IEnumerable<HostileRequest> Shapes() =>
    [
        Whole("null", "null", "must be an object"),
        Whole("an array", "[]", "must be an object, not an array"),
        Whole("a string", "\"hello\"", "must be an object, not a string"),
        Whole("a number with a million digits", new string('9', 1_000_000), "must be an object, not a number"),
        Whole("an empty object", "{}", "is required", "/from"),
        Whole("no from", Without("from"), "is required", "/from"),
        Whole("no to", Without("to"), "is required", "/to"),
        Whole("no subject", Without("subject"), "is required", "/subject"),
        Whole("no body", Without("text"), "text or html"),
        Whole("two thousand empty objects", $"{{\"to\":[{string.Join(',', Enumerable.Repeat("{}", 2000))}]}}", "2000 addresses", "/to"),
        Whole("a million numbers", $"[{string.Join(',', Enumerable.Repeat("1", 1_000_000))}]", "more than 10000 values"),
        Whole("the same field twice", "{\"from\":\"a@example.com\",\"from\":\"b@example.com\"}", "more than once"),
        Whole("the same field twice, once escaped", "{\"from\":\"a@example.com\",\"fr\\u006fm\":\"b@example.com\"}", "more than once"),
        Whole("a name of a megabyte", $"{{\"{new string('x', MiB)}\":1}}", "1048576 bytes long"),
        Whole("a name with half a surrogate pair", "{\"\\ud800\":1}", "half of a surrogate pair"),
        Field("camel case", "replyTo", "\"a@example.com\"", "did you mean reply_to?"),
        Field("a dash", "reply-to", "\"a@example.com\"", "did you mean reply_to?"),
        Field("another case", "Subject", "\"x\"", "did you mean subject?"),
        Field("a typing mistake", "subjet", "\"x\"", "did you mean subject?"),
        Field("a field of somebody else", "personalizations", "[]", "no field that is known"),
        Field("a field that is not supported", "topic_id", "\"news\"", "no field that is known"),
        Field("a field with a slash and a tilde", "a/b~c", "1", "no field that is known", "/a~1b~0c"),
        Field("the prototype", "__proto__", "{}", "no field that is known"),
        Field("from as an array", "from", "[\"a@example.com\"]", "must be a string, not an array"),
        Field("from as an object", "from", "{\"email\":\"a@example.com\"}", "must be a string, not an object"),
        Field("to as a number", "to", "1e999", "not a number"),
        Field("to as an object", "to", "{\"0\":\"a@example.com\"}", "not an object"),
        Field("to with null in it", "to", "[null]", "must be a string, not null", "/to/0"),
        Field("to with an array in it", "to", "[[\"a@example.com\"]]", "must be a string, not an array", "/to/0"),
        Field("subject as a boolean", "subject", "true", "must be a string, not a boolean"),
        Field("text as an array", "text", "[\"a\"]", "must be a string, not an array"),
        Field("html as an object", "html", "{}", "must be a string, not an object"),
        Field("headers as an array", "headers", "[{\"name\":\"X-A\",\"value\":\"b\"}]", "must be an object"),
        Field("tags as an object", "tags", "{\"a\":\"b\"}", "must be an array"),
        Field("attachments as an object", "attachments", "{}", "must be an array"),
    ];

    private static IEnumerable<HostileRequest> Addresses() =>
    [
        .. new (string Name, string Address, string Says)[]
        {
            ("no at sign", "bob.example.org", "has no @"),
            ("an empty address", "", "is empty"),
            ("only spaces", "   ", "is empty"),
            ("only a name", "Bob <>", "has no @"),
            ("two addresses in one string", "a@example.com, b@example.com", "one to a string"),
            ("a semicolon list", "a@example.com;b@example.com", "one to a string"),
            ("a group", "friends: a@example.com, b@example.com;", "before the @"),
            ("an empty group", "undisclosed-recipients:;", "has no @"),
            ("a route", "<@relay.example.com:a@example.com>", "before the @"),
            ("a comment before", "(hidden) a@example.com", "before the @"),
            ("a comment after", "a@example.com (hidden)", "no valid domain"),
            ("a comment in the name", "Na(hidden)me <a@example.com>", "double quotes"),
            ("a comment in the address", "Name <a(hidden)@example.com>", "before the @"),
            ("a quoted local part", "\"a b\"@example.com", "quoted local part"),
            ("a quoted at sign", "\"a@evil.example\"@example.com", "quoted local part"),
            ("an address literal", "a@[192.0.2.1]", "address literal"),
            ("an IPv6 literal", "a@[IPv6:2001:db8::1]", "address literal"),
            ("a bare IP address", "a@192.0.2.1", "no valid domain"),
            ("a host without a dot", "root@localhost", "no valid domain"),
            ("an empty label", "a@example..com", "no valid domain"),
            ("a trailing dot", "a@example.com.", "no valid domain"),
            ("a label that begins with a dash", "a@-example.com", "no valid domain"),
            ("an underscore in the domain", "a@ex_ample.com", "no valid domain"),
            ("a label of 64 characters", $"a@{new string('x', 64)}.com", "no valid domain"),
            ("a domain of 300 characters", $"a@{string.Join('.', Enumerable.Repeat(new string('x', 50), 6))}.com", "no valid domain"),
            ("a local part of 65 octets", $"{new string('x', 65)}@example.com", "64 octets"),
            ("a local part of 33 two-octet characters", $"{new string('é', 33)}@example.com", "64 octets"),
            ("an address of 255 octets", $"{new string('x', 60)}@{string.Join('.', Enumerable.Repeat(new string('x', 47), 4))}.ab", "254 octets"),
            ("two dots in the local part", "a..b@example.com", "before the @"),
            ("a dot in front", ".a@example.com", "before the @"),
            ("a dot before the at sign", "a.@example.com", "before the @"),
            ("two at signs", "a@b@example.com", "before the @"),
            ("a space in the address", "a b@example.com", "before the @"),
            ("a space before the at sign", "a @example.com", "before the @"),
            ("a bracket that does not close", "Bob <a@example.com", "before the @"),
            ("a bracket that does not open", "a@example.com>", "no valid domain"),
            ("words after the address", "Bob <a@example.com> x", "before the @"),
            ("a quote that does not close", "\"Bob <a@example.com>", "no e-mail address"),
            ("a mailto link", "mailto:a@example.com", "before the @"),
            ("a line break that adds a header", "a@example.com\r\nBcc: c@example.com", "control character"),
            ("a line break in the name", "Bob\nX: y <a@example.com>", "control character"),
            ("a line break in an encoded name", "=?utf-8?q?Bob=0D=0AX-A=3A_b?= <a@example.com>", "control character"),
            ("a NUL in the address", "a\0@example.com", "control character"),
            ("an SMTP command", "a@example.com>\r\nRCPT TO:<b@example.com", "control character"),
            ("a right-to-left override in the local part", "a\u202Egnp.exe@example.com", "before the @"),
            ("a zero width space in the local part", "a\u200B@example.com", "before the @"),
            ("a no-break space in the local part", "a\u00A0b@example.com", "before the @"),
            ("a name of 300 characters", $"{new string('x', 300)} <a@example.com>", "256 characters"),
            ("a hundred thousand at signs", new string('@', 100_000), "at most 1024 characters"),
            ("a thousand opening parentheses", $"{new string('(', 1000)}a@b.cd", "before the @"),
            ("a thousand opening brackets", $"{new string('<', 1000)}a@b.cd", "before the @"),
        }.Select(wrong => Field($"an address with {wrong.Name}", "to", Quote(wrong.Address), wrong.Says)),
        Field("a wrong sender", "from", "\"nobody\"", "has no @"),
        Field("a wrong second reply address", "reply_to", "[\"a@example.com\",\"b\"]", "has no @", "/reply_to/1"),
        Field("half a surrogate pair in an address", "to", "\"\\ud800@example.com\"", "half of a surrogate pair"),
        Field("nobody to send to", "to", "[]", "at least one"),
        Field("51 recipients", "to", Many(51), "51 recipients", ""),
        Field("50 recipients and one more", "bcc", Many(50), "51 recipients", ""),
        Field("51 reply addresses", "reply_to", Many(51), "at most 50"),
        Field("five thousand recipients", "cc", Many(5000), "5000 addresses"),
    ];

    private static IEnumerable<HostileRequest> Texts() =>
    [
        Field("an empty subject", "subject", "\"\"", "is empty"),
        Field("a subject of spaces", "subject", "\"   \"", "is empty"),
        Field("a subject that adds a header", "subject", "\"Hi\\r\\nBcc: c@example.com\"", "control character"),
        Field("a bare line feed in the subject", "subject", "\"Hi\\nBcc: c@example.com\"", "control character"),
        Field("a bare carriage return in the subject", "subject", "\"Hi\\rBcc: c@example.com\"", "control character"),
        Field("an escaped NUL in the subject", "subject", "\"a\\u0000b\"", "control character"),
        Field("a next-line character in the subject", "subject", "\"a\\u0085b\"", "control character"),
        Field("half a surrogate pair in the subject", "subject", "\"\\ud83d\"", "half of a surrogate pair"),
        Field("surrogates in the wrong order", "subject", "\"\\ude00\\ud83d\"", "half of a surrogate pair"),
        Field("a subject of 999 characters", "subject", Quote(string.Concat(Enumerable.Repeat("12345678 ", 111))), "at most 998"),
        Field("a subject of one long word", "subject", Quote(new string('x', 960)), "cannot be folded"),
        Field("both bodies empty", "text", "\"\"", "text or html", ""),
        Field("half a surrogate pair in the text", "text", "\"\\udc00\"", "half of a surrogate pair"),
        Field("a NUL in the html", "html", "\"\\u0000\"", "NUL"),
    ];

    private static IEnumerable<HostileRequest> Headers() =>
    [
        .. new[]
        {
            "From", "to", "CC", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
            "Content-Transfer-Encoding", "Received", "Return-Path", "DKIM-Signature", "ARC-Seal", "Authentication-Results",
            "Resent-From", "X-MailFunctions-Id",
        }.Select(name => Header($"the reserved header {name}", name, "\"x\"", "reserved")),
        Header("a header name with a colon", "X-A: b", "\"x\"", "no header name"),
        Header("a header name with a space", "X A", "\"x\"", "no header name"),
        Header("a header name beyond ASCII", "X-Größe", "\"x\"", "no header name"),
        Header("an empty header name", "", "\"x\"", "no header name"),
        Header("a header name of 77 characters", new string('X', 77), "\"x\"", "no header name"),
        Field("a header name with a line break", "headers", "{\"X-A\\r\\nBcc\":\"c@example.com\"}", "no header name", "/headers/X-A\r\nBcc"),
        Header("a header value that adds a header", "X-A", "\"b\\r\\nBcc: c@example.com\"", "control character"),
        Header("a folded header value", "X-A", "\"b\\r\\n c\"", "control character"),
        Header("a header value that ends the headers", "X-A", "\"b\\r\\n\\r\\n<html>\"", "control character"),
        Header("a header value with a NUL", "X-A", "\"\\u0000\"", "control character"),
        Header("an empty header value", "X-A", "\"\"", "is empty"),
        Header("a header value of 8 KiB and one", "X-A", Quote(string.Concat(Enumerable.Repeat("x ", 4096)) + "x"), "at most 8192"),
        Header("a header value of 9 KiB in few characters", "X-A", Quote(new string('€', 3 * 1024)), "at most 8192"),
        Header("a header value of one long word", "X-A", Quote(new string('x', 999)), "cannot be folded"),
        Header("a thread that is no message id", "In-Reply-To", "\"hello\"", "message ids"),
        Header("a thread with a name beyond ASCII", "References", "\"<ä@example.com>\"", "message ids"),
        Header("a header value that is a number", "X-A", "1", "must be a string"),
        Header("a header value that is an array", "X-A", "[\"a\"]", "must be a string"),
        Header("a header value that is null", "X-A", "null", "must be a string"),
        Field("a header in two cases", "headers", "{\"X-A\":\"1\",\"x-a\":\"2\"}", "another header", "/headers/x-a"),
        Field("a header twice", "headers", "{\"X-A\":\"1\",\"X-A\":\"2\"}", "more than once"),
        Field("51 headers", "headers", $"{{{string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"X-{i}\":\"x\""))}}}", "at most 50"),
    ];

    private static HostileRequest Header(string name, string header, string json, string says) =>
        Field(name, "headers", $"{{\"{header}\":{json}}}", says, $"/headers/{header}");

    private static IEnumerable<HostileRequest> Attachments() =>
    [
        Attachment("no file name", "\"content\":\"AAAA\"", "filename", "is required"),
        Attachment("no content", "\"filename\":\"a.txt\"", "content", "is required"),
        Attachment("content and a path", "\"filename\":\"a.txt\",\"content\":\"AAAA\",\"path\":\"file:///etc/passwd\"", "content", "cannot stand beside a path"),
        Attachment("a file to read", "\"filename\":\"a.txt\",\"path\":\"file:///etc/passwd\"", "path", "must be blob:"),
        Attachment("a service to ask", "\"filename\":\"a.txt\",\"path\":\"http://169.254.169.254/metadata/instance\"", "path", "must be blob:"),
        .. new (string Name, string Json)[]
        {
            ("one character", "\"A\""), ("half of its padding", "\"AA=\""), ("too much padding", "\"AA===\""), ("padding in the middle", "\"AA==AAAA\""),
            ("two alphabets", "\"-/-/\""), ("a character over", "\"AAAA A\""), ("a no-break space", "\"AAAA\\u00a0AAAA\""), ("a data URL", "\"data:text/plain;base64,AAAA\""),
            ("letters beyond ASCII", "\"ÄÄÄÄ\""), ("only padding", "\"====\""), ("half a surrogate pair", "\"\\ud800AAA\""),
        }.Select(wrong => Attachment($"base64 with {wrong.Name}", $"\"filename\":\"a.txt\",\"content\":{wrong.Json}", "content", "no base64")),
        Attachment("bytes as numbers", "\"filename\":\"a.txt\",\"content\":[1,2,3]", "content", "must be a string of base64"),
        Attachment("a Buffer of Node", "\"filename\":\"a.txt\",\"content\":{\"type\":\"Buffer\",\"data\":[1]}", "content", "must be a string of base64"),
        .. new (string Name, string Json)[]
        {
            ("a path", "\"../../etc/passwd\""), ("a backslash", "\"C:\\\\a.txt\""), ("a line break", "\"a\\r\\nContent-Type: text/html\""), ("nothing", "\"\""),
            ("two dots", "\"..\""), ("two dots between spaces", "\" .. \""), ("a NUL", "\"a\\u0000.txt\""),
        }.Select(wrong => Attachment($"a file name with {wrong.Name}", $"\"filename\":{wrong.Json},\"content\":\"AAAA\"", "filename", "no file name")),
        Attachment("a file name of 256 characters", $"\"filename\":{Quote(new string('a', 256))},\"content\":\"AAAA\"", "filename", "at most 255"),
        .. new (string Name, string Json)[]
        {
            ("no slash", "\"pdf\""), ("no subtype", "\"text/\""), ("a line break", "\"text/plain\\r\\nX-A: b\""), ("a broken parameter", "\"text/plain; charset\""), ("nothing", "\"\""),
        }.Select(wrong => Attachment($"a media type with {wrong.Name}", $"\"filename\":\"a.txt\",\"content\":\"AAAA\",\"content_type\":{wrong.Json}", "content_type", "no media type")),
        Attachment("a multipart attachment", "\"filename\":\"a\",\"content\":\"AAAA\",\"content_type\":\"multipart/mixed; boundary=x\"", "content_type", "one file"),
        Attachment("a message attachment", "\"filename\":\"a\",\"content\":\"AAAA\",\"content_type\":\"message/rfc822\"", "content_type", "one file"),
        .. new (string Name, string Json)[]
        {
            ("angle brackets", "\"<logo>\""), ("a line break", "\"logo>\\r\\nX-A: b\""), ("a space", "\"lo go\""), ("two at signs", "\"a@b@c\""), ("nothing", "\"\""),
        }.Select(wrong => Attachment($"a content id with {wrong.Name}", $"\"filename\":\"a.txt\",\"content\":\"AAAA\",\"content_id\":{wrong.Json}", "content_id", "no content id")),
        Field("the same content id twice", "attachments", "[{\"filename\":\"a\",\"content\":\"\",\"content_id\":\"x\"},{\"filename\":\"b\",\"content\":\"\",\"content_id\":\"x\"}]", "another attachment", "/attachments/1/content_id"),
        Field("101 attachments", "attachments", $"[{string.Join(',', Enumerable.Repeat("{\"filename\":\"a\",\"content\":\"\"}", 101))}]", "at most 100"),
        Field("an attachment that is a string", "attachments", "[\"AAAA\"]", "must be an object", "/attachments/0"),
    ];

    private static HostileRequest Attachment(string name, string json, string field, string says) =>
        Field(name, "attachments", $"[{{{json}}}]", says, $"/attachments/0/{field}");

    private static IEnumerable<HostileRequest> Choices() =>
    [
        Field("a lane that is none", "lane", "\"express\"", "transactional or bulk"),
        Field("an unsubscribe that is a text", "unsubscribe", "\"yes\"", "must be true, false, or an object with a topic"),
        Field("an unsubscribe that is a list", "unsubscribe", "[true]", "must be true, false, or an object with a topic"),
        Field("an unsubscribe without a topic", "unsubscribe", "{}", "is required", "/unsubscribe/topic"),
        Field("a topic with a line break", "unsubscribe", "{\"topic\":\"a\\r\\nBcc: x@example.com\"}", "is no name of a topic", "/unsubscribe/topic"),
        Field("a topic in capitals", "unsubscribe", "{\"topic\":\"News\"}", "is no name of a topic", "/unsubscribe/topic"),
        Field("a topic that is too long", "unsubscribe", "{\"topic\":\"" + new string('a', 65) + "\"}", "is too long", "/unsubscribe/topic"),
        Field("a placeholder without a link", "text", "\"https://unsubscribe.invalid/\"", "stands for the unsubscribe link"),
        Field("a lane in capitals", "lane", "\"BULK\"", "transactional or bulk"),
        Field("a lane that is a number", "lane", "1", "must be a string"),
        Field("a policy that is none", "on_uncertain", "\"panic\"", "retry, hold or assume_sent"),
        Field("an expiry without an offset", "expires_at", "\"2099-01-01T00:00:00\"", "with an offset"),
        Field("an expiry in words", "expires_at", "\"tomorrow\"", "ISO 8601"),
        Field("an expiry in seconds", "expires_at", "1893456000", "must be a string"),
        Field("an expiry on 30 February", "expires_at", "\"2027-02-30T00:00:00Z\"", "ISO 8601"),
        Field("an expiry in the past", "expires_at", "\"2001-01-01T00:00:00Z\"", "in the future"),
        Field("an expiry in the far future", "expires_at", "\"9999-12-31T23:59:59Z\"", "within a year"),
        Field("21 tags", "tags", $"[{string.Join(',', Enumerable.Range(0, 21).Select(i => $"{{\"name\":\"t{i}\",\"value\":\"v\"}}"))}]", "at most 20"),
        Field("a tag that is a string", "tags", "[\"a\"]", "must be an object", "/tags/0"),
        Field("a tag without a value", "tags", "[{\"name\":\"a\"}]", "is required", "/tags/0/value"),
        Field("a tag name with a slash", "tags", "[{\"name\":\"a/b\",\"value\":\"c\"}]", "A-Z a-z", "/tags/0/name"),
        Field("an empty tag value", "tags", "[{\"name\":\"a\",\"value\":\"\"}]", "A-Z a-z", "/tags/0/value"),
        Field("a tag value of 257 characters", "tags", $"[{{\"name\":\"a\",\"value\":\"{new string('x', 257)}\"}}]", "at most 256", "/tags/0/value"),
        Field("a tag twice", "tags", "[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"value\":\"2\"}]", "another tag", "/tags/1"),
    ];

    private static IEnumerable<HostileRequest> Oversized() =>
    [
        new("a body of 40 MiB and one byte", () => Padded((40 * MiB) + 1), 413, "40 MiB"),
        Field("an attachment of 25 MiB and one byte", "attachments", () => $"[{{\"filename\":\"a\",\"content\":\"{Base64((25 * MiB) + 1)}\"}}]", "26214401 bytes"),
        Field("attachments of 26 MiB together", "attachments", () => $"[{string.Join(',', Enumerable.Repeat($"{{\"filename\":\"a\",\"content\":\"{Base64(13 * MiB)}\"}}", 2))}]", "27262976 bytes"),
        Field("a text of 11 MiB", "text", () => Quote(new string('x', 11 * MiB)), "at most 10485760"),
        Field("a subject of 30 MiB", "subject", () => Quote(new string('x', 30 * MiB)), "at most 998"),
    ];

    private static byte[] Padded(int length)
    {
        var body = new byte[length];
        body.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(Without(), body);
        return body;
    }

    private static string Base64(int bytes) => Convert.ToBase64String(new byte[bytes]);

    private static string Many(int count) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"r{i}@example.org\"")))}]";

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
