using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>
/// The key of an address: the first 128 bits of the SHA-256 of its normalised form. Storage keys are part of URLs, which
/// all kinds of logs repeat, so a key must not be the address.
/// </summary>
/// <remarks>
/// The normalised form is: the domain as parsed (lower-case ASCII), the local part in lower case and in NFKC, as nearly
/// every mailbox provider reads it, although RFC 5321 section 2.4 allows more (<see cref="MailboxForm.Comparable"/>).
/// Nothing else is folded: dots and <c>+tag</c> mean different things to different providers. Mailing a recipient who
/// opted out is worse than not mailing a namesake in capitals.
/// <para>
/// An entry for one topic has a key of its own: the first 80 bits of the address' key, so that all entries of an address are
/// neighbours, and 48 bits of a hash of both. Two topics of an address that share a key would stop both.
/// </para>
/// </remarks>
internal readonly record struct SuppressionKey(UInt128 Value) : IComparable<SuppressionKey>
{
    /// <summary>The number of partitions of the table. It is part of every stored key and cannot change.</summary>
    public const int Shards = 16;

    public const int TextLength = 32;

    private const int TopicBits = 48;

    private static readonly UInt128 TopicMask = (UInt128.One << TopicBits) - 1;

    /// <summary>The first hexadecimal digit of the row key, 0 to 15.</summary>
    public int Shard => (int)(Value >> 124);

    /// <summary>The shard as a digit, so that the order over all partitions is that of the row keys.</summary>
    public string PartitionKey => Shard.ToString("x", CultureInfo.InvariantCulture);

    public string RowKey => Value.ToString("x32", CultureInfo.InvariantCulture);

    /// <param name="mailbox">The envelope form of an address: its domain is lower-case ASCII.</param>
    public static SuppressionKey Of(string mailbox) => OfText(MailboxForm.Comparable(mailbox));

    /// <summary>
    /// Returns the key of an address, then those under which an earlier version of the app may have stored the same address.
    /// </summary>
    /// <inheritdoc cref="Of"/>
    public static IReadOnlyList<SuppressionKey> AllOf(string mailbox)
    {
        var key = Of(mailbox);
        return Ascii.IsValid(mailbox) ? [key] : [key, .. MailboxForm.FormerSpellings(mailbox).Select(OfText).Where(former => former != key)];
    }

    /// <summary>Returns the key of an address for one topic.</summary>
    /// <param name="topic">Empty for all bulk mail, which the owner of the address left (<see cref="Unsubscriptions"/>).</param>
    public static SuppressionKey OfTopic(string mailbox, string topic)
    {
        var comparable = MailboxForm.Comparable(mailbox);
        return new SuppressionKey((OfText(comparable).Value & ~TopicMask) | (OfText($"{comparable}\n{topic}").Value & TopicMask));
    }

    /// <summary>Returns the keys of entries that may stop a mail.</summary>
    /// <param name="topic">Null for a mail without a topic.</param>
    /// <inheritdoc cref="Of"/>
    public static IEnumerable<SuppressionKey> ThatStop(string mailbox, Lane lane, string? topic)
    {
        foreach (var key in AllOf(mailbox))
            yield return key;
        if (lane == Lane.Bulk)
            yield return OfTopic(mailbox, "");
        if (topic is not null)
            yield return OfTopic(mailbox, topic);
    }

    /// <summary>Returns the keys under which the entries of an address are, or those of an address and a topic.</summary>
    /// <param name="topic">Null for the entries that concern no topic.</param>
    /// <inheritdoc cref="Of"/>
    public static IEnumerable<SuppressionKey> Naming(string mailbox, string? topic) =>
        topic is null ? [.. AllOf(mailbox), OfTopic(mailbox, "")] : [OfTopic(mailbox, topic)];

    /// <summary>Returns the keys that an address may have: its own, and those for topics.</summary>
    public static KeyRange RangeOf(string mailbox)
    {
        var key = Of(mailbox).Value;
        return new KeyRange(new(key & ~TopicMask), new(key | TopicMask));
    }

    private static SuppressionKey OfText(string text) => new(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>Returns the form in which an entry holds its address.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Normalise(string mailbox) => RecipientHash.Normalise(mailbox);

    public static bool TryParse(string? rowKey, out SuppressionKey key)
    {
        key = default;
        if (rowKey is not { Length: TextLength } || rowKey.Any(char.IsAsciiLetterUpper)
            || !UInt128.TryParse(rowKey, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        key = new SuppressionKey(value);
        return true;
    }

    public int CompareTo(SuppressionKey other) => Value.CompareTo(other.Value);
}

/// <summary>The keys from <paramref name="First"/> to <paramref name="Last"/>, both included, in one partition.</summary>
internal readonly record struct KeyRange(SuppressionKey First, SuppressionKey Last)
{
    /// <param name="shard">0 to 15.</param>
    public static KeyRange OfShard(int shard) => new(new((UInt128)(uint)shard << 124), new(((UInt128)(uint)shard << 124) | (UInt128.MaxValue >> 4)));

    public bool Contains(SuppressionKey key) => key.CompareTo(First) >= 0 && key.CompareTo(Last) <= 0;
}
