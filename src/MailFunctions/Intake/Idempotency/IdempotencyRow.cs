using System.IO.Compression;
using System.Runtime.InteropServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Intake.Idempotency;

/// <summary>One row of the table Idempotency: what became of the request that came first with a key.</summary>
internal sealed record IdempotencyRow
{
    /// <summary>What a property holds: 64 KiB. The answer to a thousand emails is near to it, and one with a hundred errors may be beyond it.</summary>
    private const int PartBytes = 64 * 1024;

    public required IdempotencyKey Key { get; init; }

    /// <summary>Of the canonical body: the same key must come with the same.</summary>
    public required string Hash { get; init; }

    /// <summary>By this the request's times are judged, in every try of it.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From then on the key is free.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Until then somebody is at it; afterwards another may take over.</summary>
    public DateTimeOffset LeaseUntil { get; init; }

    public EmailId? Batch { get; init; }

    /// <summary>The ids under which its emails are, or may have been, accepted.</summary>
    public IReadOnlyList<RecordedEmail> Emails { get; init; } = [];

    /// <summary>The body of the answer; null while there is none.</summary>
    public byte[]? Answer { get; init; }

    /// <summary>Tells the writer of the row apart from another (rule 6).</summary>
    public string Token { get; init; } = "";

    public ETag ETag { get; init; }

    public TableEntity ToEntity()
    {
        var entity = WithoutAnswer();
        foreach (var (part, bytes) in (Answer is null ? [] : Compress(Answer)).Chunk(PartBytes).Index())
            entity[PartName(part)] = bytes;
        return entity;
    }

    public static IdempotencyRow FromEntity(TableEntity entity) => new()
    {
        Key = new IdempotencyKey(entity.PartitionKey, entity.RowKey),
        Hash = entity.RequiredText("hash"),
        CreatedAt = entity.RequiredTime("created_at"),
        ExpiresAt = entity.RequiredTime("expires_at"),
        LeaseUntil = entity.RequiredTime("lease_until"),
        Batch = entity.OptionalText("batch") is { } batch ? EmailId.Parse(batch) : null,
        Emails = Recorded(EmailId.Unpack(entity.GetBinary("emails")), entity.GetBinary("indexes")),
        Answer = Parts(entity) is { Length: > 0 } answer ? Decompress(answer) : null,
        Token = entity.RequiredText("token"),
        ETag = entity.ETag,
    };

    private TableEntity WithoutAnswer() => new(Key.Scope, Key.Row)
    {
        ["v"] = 1,
        ["hash"] = Hash,
        ["created_at"] = RowValues.Time(CreatedAt),
        ["expires_at"] = RowValues.Time(ExpiresAt),
        ["lease_until"] = RowValues.Time(LeaseUntil),
        ["batch"] = Batch?.ToString() ?? "",
        ["emails"] = EmailId.Pack([.. Emails.Select(email => email.Id)]),
        ["indexes"] = MemoryMarshal.AsBytes<ushort>(Emails.Select(email => (ushort)email.Index).ToArray()).ToArray(),
        [PartName(0)] = Array.Empty<byte>(),
        ["token"] = Token,
    };

    private static string PartName(int part) => part == 0 ? "answer" : FormattableString.Invariant($"answer_{part}");

    private static byte[] Parts(TableEntity entity)
    {
        var answer = new List<byte>();
        for (var part = 0; entity.GetBinary(PartName(part)) is { } bytes; part++)
            answer.AddRange(bytes);
        return [.. answer];
    }

    /// <param name="indexes">A row that an older version wrote has none: its emails stood without gaps.</param>
    private static RecordedEmail[] Recorded(IReadOnlyList<EmailId> ids, byte[]? indexes) => indexes is null
        ? [.. ids.Select((id, index) => new RecordedEmail(index, id))]
        : [.. ids.Zip(MemoryMarshal.Cast<byte, ushort>(indexes).ToArray(), (id, index) => new RecordedEmail(index, id))];

    private static byte[] Compress(byte[] answer)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest))
            brotli.Write(answer);
        return compressed.ToArray();
    }

    private static byte[] Decompress(byte[] compressed)
    {
        using var brotli = new BrotliStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var answer = new MemoryStream();
        brotli.CopyTo(answer);
        return answer.ToArray();
    }
}

/// <summary>An id that one of the emails of a request was, or may have been, accepted under.</summary>
/// <param name="Index">Which of the emails of the request, from 0: those that were wrong at that try are left out.</param>
internal readonly record struct RecordedEmail(int Index, EmailId Id);
