using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MailFunctions.Mail;

/// <summary>
/// The id of one email: a UUIDv7 (RFC 9562 section 5.7) whose time is the moment of minting, to the millisecond,
/// and whose last four bits are the shard. Its partition key is derived from it, so an id is all that a queue
/// message has to carry.
/// </summary>
/// <remarks>
/// Ids minted by one call share a millisecond and count upwards (RFC 9562 section 6.2, method 1), and those that also share
/// a shard are adjacent in one partition.
/// </remarks>
internal readonly record struct EmailId : IComparable<EmailId>
{
    /// <summary>The number of shards of a minute. It is part of every stored key: it cannot change.</summary>
    public const int Shards = 16;

    private const int MaxMintedTogether = 4096;

    private const int PackedBytes = 16;

    /// <summary>The last millisecond of a date; a UUIDv7 can exceed it.</summary>
    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly Guid _value;

    private EmailId(Guid value) => _value = value;

    /// <summary>The time at which the id was minted, UTC, to the millisecond.</summary>
    public DateTimeOffset MintedAt => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);

    private long Milliseconds
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            _value.TryWriteBytes(bytes, bigEndian: true, out _);
            return ((long)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 16) | BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        }
    }

    /// <summary>0 to 15.</summary>
    public int Shard
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            _value.TryWriteBytes(bytes, bigEndian: true, out _);
            return bytes[15] & (Shards - 1);
        }
    }

    public string PartitionKey => MinutePartition.Key(Shard, MintedAt);

    public string RowKey => ToString();

    /// <summary>Mints <paramref name="count"/> ids (1 to 4,096) of one shard, in ascending order.</summary>
    public static EmailId[] Mint(DateTimeOffset now, int count = 1) => Mint(now, count, count);

    /// <summary>
    /// Mints <paramref name="count"/> ids (1 to 4,096) in ascending order, of which every <paramref name="neighbours"/>
    /// share a shard.
    /// </summary>
    public static EmailId[] Mint(DateTimeOffset now, int count, int neighbours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxMintedTogether);

        var milliseconds = now.ToUnixTimeMilliseconds();
        var ids = new EmailId[count];
        Span<byte> bytes = stackalloc byte[16];
        Chance.Octets.GetBytes(bytes[..1]);
        var first = bytes[0] & (Shards - 1);
        for (var i = 0; i < count; i++)
        {
            var shard = (first + (i / neighbours)) % Shards;
            Chance.Octets.GetBytes(bytes);
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)(milliseconds >> 16));
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)milliseconds);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | i));
            bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
            bytes[15] = (byte)((bytes[15] & ~(Shards - 1)) | shard);
            ids[i] = new EmailId(new Guid(bytes, bigEndian: true));
        }

        return ids;
    }

    /// <summary>The lowest id for a moment: ids minted earlier are lower; ids minted at it or later are not.</summary>
    /// <param name="time">Rounded up to a millisecond; from 1970 on.</param>
    public static EmailId FirstFrom(DateTimeOffset time)
    {
        var milliseconds = Math.Min((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond, LastMillisecond);
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(time));
        Span<byte> bytes = stackalloc byte[PackedBytes];
        bytes.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)milliseconds << 16) | 0x7000);
        bytes[8] = 0x80;
        return new EmailId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Parses the canonical text form, 36 characters; upper case is accepted. A UUID of another version is not an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailId id)
    {
        if (Guid.TryParseExact(text, "D", out var value) && value.Version == 7)
        {
            id = new EmailId(value);
            if (id.Milliseconds <= LastMillisecond)
                return true;
        }

        id = default;
        return false;
    }

    public static EmailId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not the id of an email.");

    /// <summary>Packs ids into 16 bytes each, for a property of a row.</summary>
    public static byte[] Pack(IReadOnlyCollection<EmailId> ids)
    {
        var packed = new byte[ids.Count * PackedBytes];
        foreach (var (i, id) in ids.Index())
            id._value.TryWriteBytes(packed.AsSpan(i * PackedBytes), bigEndian: true, out _);
        return packed;
    }

    /// <summary>Reads ids written by <see cref="Pack"/>.</summary>
    public static IReadOnlyList<EmailId> Unpack(byte[] packed) =>
        [.. Enumerable.Range(0, packed.Length / PackedBytes).Select(i => new EmailId(new Guid(packed.AsSpan(i * PackedBytes, PackedBytes), bigEndian: true)))];

    public int CompareTo(EmailId other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => _value.ToString("D", CultureInfo.InvariantCulture);

    public static bool operator <(EmailId left, EmailId right) => left.CompareTo(right) < 0;

    public static bool operator >(EmailId left, EmailId right) => left.CompareTo(right) > 0;

    public static bool operator <=(EmailId left, EmailId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EmailId left, EmailId right) => left.CompareTo(right) >= 0;
}
