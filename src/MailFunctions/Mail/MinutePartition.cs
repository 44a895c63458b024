using System.Globalization;

namespace MailFunctions.Mail;

/// <summary>
/// Makes partition keys of the form <c>{shard}-{yyyyMMddHHmm}</c> (UTC), used by the tables Emails and Events. The shard
/// comes first: keys that begin with the time would send all writes of a minute to one partition server.
/// </summary>
internal static class MinutePartition
{
    private const string MinuteFormat = "yyyyMMddHHmm";

    public static string Key(int shard, DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"{shard:x}-{time.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture)}");

    /// <summary>The 16 partitions of one minute.</summary>
    public static IEnumerable<string> KeysOf(DateTimeOffset minute) =>
        Enumerable.Range(0, EmailId.Shards).Select(shard => Key(shard, minute));

    /// <summary>The start of the minute that contains <paramref name="time"/>, UTC.</summary>
    public static DateTimeOffset MinuteOf(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    /// <summary>The minute of a key that <see cref="Key"/> made.</summary>
    public static DateTimeOffset MinuteOf(string partitionKey) =>
        DateTimeOffset.ParseExact(partitionKey.AsSpan(2), MinuteFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
