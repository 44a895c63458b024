using System.IO.Compression;
using System.Runtime.InteropServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Intake.Idempotency;

/// <summary>One row of the table Idempotency: the result of the first request with a key.</summary>
internal sealed record IdempotencyRow
{
    /// <summary>
    /// The most bytes of a property: 64 KiB. An answer to a thousand emails comes close, and one with a hundred errors may
    /// exceed it.
    /// </summary>
    private const int PartBytes = 64 * 1024;

    public required IdempotencyKey Key { get; init; }

    /// <summary>The hash of the canonical body, which must be the same for the same key.</summary>
    public required string Hash { get; init; }

    /// <summary>The time against which the request's times are validated in every try.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the key is free again.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The end of the lease; after it, another request may take over.</summary>
    public DateTimeOffset LeaseUntil { get; init; }

    public EmailId? Batch { get; init; }

    /// <summary>The ids under which its emails are, or may be, accepted.</summary>
    public IReadOnlyList<RecordedEmail> Emails { get; init; } = [];

    /// <summary>The body of the answer; null until there is one.</summary>
    public byte[]? Answer { get; init; }

    /// <summary>Identifies the writer of the row (rule 6).</summary>
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

    /// <param name="indexes">Null in a row of an older version, whose emails had no gaps.</param>
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

/// <summary>An id under which an email of a request was, or may have been, accepted.</summary>
/// <param name="Index">The index of the email in the request, from 0; emails that were invalid at that try are left out.</param>
internal readonly record struct RecordedEmail(int Index, EmailId Id);
