using System.Text;
using CsCheck;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Smtp.Composition;

/// <summary>Contents as intake lets them through: any text, any file, any combination.</summary>
internal static class Contents
{
    private static readonly string[] Scripts = ["abc XYZ 019", "äöü ß é", "مرحبا שלום", "漢字かな한글", "😀👩‍👩‍👧🇩🇪", "=?utf-8?q?x?= _", "\"<>()[]:;@\\,.", "\u202E\u200F\u2028\u00A0\u0301", "  "];

    /// <summary>Valid unicode without control characters, in runs of one script or another.</summary>
    private static readonly Gen<string> Words =
        Gen.OneOf(
            Gen.OneOf(Scripts).SelectMany(script => Gen.Int[0, 12].Select(count => string.Concat(Enumerable.Repeat(script, count)))),
            Gen.Int[0x20, 0x10FFFF].Where(Rune.IsValid).Select(value => new Rune(value)).Where(rune => !Rune.IsControl(rune)).Array[0, 12].Select(runes => string.Concat(runes)))
        .Array[0, 5]
        .Select(parts => string.Concat(parts));

    public static readonly Gen<string> Line = Words.Select(text => Cut(text.Trim(), 998)).Where(text => text.Length > 0);

    private static readonly Gen<string> Body =
        Gen.Select(Words, Gen.OneOf("\n", "\r\n", "\r", "\t", "", ".\n", "\nFrom ", "\n--x\n", new string('x', 2000), "\u0001")).Array[0, 8]
        .Select(parts => string.Concat(parts.Select(part => part.Item1 + part.Item2)))
        .Where(text => text.Length > 0);

    private static readonly Gen<EmailAddress> Address = Gen.Select(
        Gen.OneOf(Gen.Const(""), Words.Select(name => Cut(name.Trim(), 256))),
        Gen.OneOf("ann", "b.c+d", "o'neill", "a!#$%&'*-/=?^_`{|}~", new string('x', 64)),
        Gen.OneOf("example.com", "xn--bcher-kva.example", "a.b.c.example.org"),
        (name, local, domain) => new EmailAddress(name, local, domain));

    private static readonly Gen<HeaderField> Header = Gen.Select(
        Gen.Int[0, 999].Select(number => $"X-Test-{number}"),
        Line,
        (name, value) => new HeaderField(name, value));

    /// <summary>Without what looks like an encoded word: in a parameter it means nothing (RFC 2047 section 5), and yet many decode it.</summary>
    private static readonly Gen<string> FileName = Words
        .Select(name => string.Concat(name.Where(c => c is not ('/' or '\\'))).Replace("=?", "=", StringComparison.Ordinal))
        .Select(name => Cut(name, 250) + "x.bin");

    private static readonly Gen<Attachment> File = Gen.Select(
        FileName,
        Gen.OneOf("application/octet-stream", "image/png", "text/csv; charset=utf-8", "text/plain"),
        Gen.OneOf(Gen.Const((string?)null), Gen.Int[0, 1_000_000].Select(number => (string?)$"part.{number}@example.com"), Gen.Int[0, 1_000_000].Select(number => (string?)$"logo-{number}")),
        Gen.Byte.Array[0, 300],
        (name, type, id, bytes) => new Attachment { FileName = name, ContentType = type, ContentId = id, Bytes = bytes });

    public static readonly Gen<EmailContent> Any = Gen.Select(
        Gen.Select(Address, Address.Array[1, 4], Address.Array[0, 3], Address.Array[0, 2]),
        Line,
        Gen.OneOf(Body.Select(text => (Text: (string?)text, Html: (string?)null)), Body.Select(html => ((string?)null, (string?)html)), Gen.Select(Body, Body).Select(both => ((string?)both.Item1, (string?)both.Item2))),
        Header.Array[0, 4].Select(fields => fields.DistinctBy(field => field.Name).ToArray()),
        File.Array[0, 4],
        (who, subject, body, headers, files) => new EmailContent
        {
            From = who.Item1,
            To = who.Item2,
            Cc = who.Item3,
            ReplyTo = who.Item4,
            Subject = subject,
            Text = body.Item1,
            Html = body.Item2,
            Headers = headers,
            Attachments = files,
        });

    private static string Cut(string text, int most) =>
        (text.Length <= most ? text : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] : text[..most]).Trim();
}
