using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Suppression;

namespace MailFunctions.Tests.Suppression;

/// <summary>Applying changes comes to the list as it stands, in whatever order and however often they are seen.</summary>
public sealed class SuppressionSnapshotTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Few enough that changes meet.</summary>
    private static readonly string[] Mailboxes = [.. Enumerable.Range(0, 24).Select(i => FormattableString.Invariant($"r{i}@example.com"))];

    private static readonly Gen<Suppressed> Entry = Gen.Select(
        Gen.Int[1, 100], Gen.Bool, Gen.Enum<SuppressionReason>(), Gen.Enum<SuppressionScope>(), Gen.Bool,
        (age, isForGood, reason, scope, isAutomatic) => new Suppressed(Now.AddDays(-age).UtcTicks, isForGood ? long.MaxValue : Now.AddDays(age - 50).UtcTicks, reason, scope, isAutomatic));

    /// <summary>The list by mailbox; null where there is nothing.</summary>
    private static readonly Gen<Suppressed?[]> List = Gen.Select(Entry, Gen.Bool, (entry, isThere) => isThere ? entry : (Suppressed?)null).Array[Mailboxes.Length];

    [Fact]
    public void A_snapshot_with_ranges_replaced_in_any_order_equals_the_current_list() =>
        Gen.Select(List, List, Gen.Int[0, Mailboxes.Length - 1].Array[0, 6], Gen.Int[0, 3].Array[6], Gen.Bool).Sample((before, after, changed, widths, isTwice) =>
        {
            var keys = Mailboxes.Select(SuppressionKey.Of).Order().ToArray();
            var ranges = changed.Select((at, i) => new KeyRange(keys[at], keys[Math.Min(at + widths[i], keys.Length - 1)])).ToList();
            // Only what lies in a range has changed.
            var now = Mailboxes.Select((mailbox, i) => ranges.Exists(range => range.Contains(SuppressionKey.Of(mailbox))) ? after[i] : before[i]).ToArray();

            var together = SuppressionSnapshot.Of(Rows(before)).Replace(ranges, InRanges(now, ranges));
            var oneByOne = SuppressionSnapshot.Of(Rows(before));
            foreach (var range in isTwice ? ranges.Concat(ranges.AsEnumerable().Reverse()) : ranges)
                oneByOne = oneByOne.Replace([range], InRanges(now, [range]));

            foreach (var snapshot in new[] { together, oneByOne, SuppressionSnapshot.Of(Rows(now)) })
            {
                Assert.Equal(now.Count(entry => entry is not null), snapshot.Count);
                Assert.All(Mailboxes.Zip(now), pair => Assert.Equal(
                    pair.Second is { } entry && entry.Stops(Lane.Bulk, Now) ? entry : null, snapshot.Find(pair.First, Lane.Bulk, Now)));
            }
        });

    [Theory]
    [InlineData(SuppressionScope.All, Lane.Transactional, 1, true)]
    [InlineData(SuppressionScope.All, Lane.Bulk, 1, true)]
    [InlineData(SuppressionScope.Bulk, Lane.Bulk, 1, true)]
    [InlineData(SuppressionScope.Bulk, Lane.Transactional, 1, false)]
    [InlineData(SuppressionScope.All, Lane.Bulk, 0, false)]
    [InlineData(SuppressionScope.All, Lane.Bulk, -1, false)]
    internal void An_entry_stops_the_lanes_of_its_scope_until_it_expires(SuppressionScope scope, Lane lane, int expiresIn, bool stops)
    {
        var entry = new SuppressionEntry("ada@example.com", SuppressionReason.Manual, scope, Now.AddDays(-9), Now.AddSeconds(expiresIn), null);
        var snapshot = SuppressionSnapshot.Of([(entry.Key, Suppressed.Of(entry))]);

        Assert.Equal(stops, snapshot.Find("ADA@example.com", lane, Now) is not null);
        Assert.Null(snapshot.Find("bob@example.com", lane, Now));
    }

    [Fact]
    public void An_entry_survives_its_nine_bytes_in_whole_seconds() => Entry.Sample(entry => Assert.Equal(entry, PackedEntry.Of(entry).Unpack()));

    [Fact]
    public void An_end_within_a_second_is_rounded_up_so_that_nothing_is_mailed_early()
    {
        var entry = new Suppressed(Now.UtcTicks, Now.UtcTicks + 1, SuppressionReason.Bounce, SuppressionScope.All, IsAutomatic: false);

        Assert.Equal(Now.AddSeconds(1).UtcTicks, PackedEntry.Of(entry).Unpack().ExpiresTicks);
        Assert.Equal(Suppressed.Unreadable, PackedEntry.Of(Suppressed.Unreadable).Unpack());
    }

    [Theory]
    [InlineData(Lane.Bulk, "news", true)]
    [InlineData(Lane.Transactional, "news", true)]
    [InlineData(Lane.Bulk, "offers", false)]
    [InlineData(Lane.Bulk, null, false)]
    public void An_entry_for_a_topic_stops_mail_of_that_topic_alone(Lane lane, string? topic, bool stops)
    {
        var entry = new SuppressionEntry("ada@example.com", SuppressionReason.Unsubscribe, SuppressionScope.All, Now, null, null) { Topic = "news" };
        var snapshot = SuppressionSnapshot.Of([(entry.Key, Suppressed.Of(entry))]);

        Assert.Equal(stops, snapshot.Find("ADA@example.com", lane, Now, topic) is not null);
        Assert.Null(snapshot.Find("bob@example.com", lane, Now, topic));
    }

    [Theory]
    [InlineData(Lane.Bulk, true)]
    [InlineData(Lane.Transactional, false)]
    public void An_entry_for_bulk_mail_stops_every_topic_of_that_lane(Lane lane, bool stops)
    {
        var entry = new SuppressionEntry("ada@example.com", SuppressionReason.Unsubscribe, SuppressionScope.Bulk, Now, null, null);

        Assert.Equal(stops, SuppressionSnapshot.Of([(entry.Key, Suppressed.Of(entry))]).Find("ada@example.com", lane, Now, "news") is not null);
    }

    [Fact]
    public void The_keys_of_topics_are_in_the_range_of_their_address_and_of_no_other() =>
        Gen.Select(Gen.String[Gen.Char["abcxyz019"], 1, 12], Gen.String[Gen.Char["abc_-9"], 0, 12]).Sample((local, topic) =>
        {
            var (ours, theirs) = ($"{local}@example.com", $"{local}@example.org");

            Assert.True(SuppressionKey.RangeOf(ours).Contains(SuppressionKey.OfTopic(ours, topic)));
            Assert.False(SuppressionKey.RangeOf(theirs).Contains(SuppressionKey.OfTopic(ours, topic)));
            Assert.NotEqual(SuppressionKey.Of(ours), SuppressionKey.OfTopic(ours, topic));
            Assert.Equal(SuppressionKey.Of(ours).Shard, SuppressionKey.OfTopic(ours, topic).Shard);
        });

    /// <summary>A fixed part of a million, which is loaded while another list of the same size is in use.</summary>
    [Fact]
    public void A_million_entries_take_at_most_a_hundred_megabytes_while_they_are_replaced()
    {
        const int sample = 100_000;
        var keys = Enumerable.Range(0, sample).Select(i => SuppressionKey.Of(FormattableString.Invariant($"r{i}@example.com"))).Order().ToArray();
        var entry = new Suppressed(Now.UtcTicks, long.MaxValue, SuppressionReason.Unsubscribe, SuppressionScope.Bulk, IsAutomatic: false);
        _ = Load(keys[..1000]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var loaded = Load(keys);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(sample, loaded.Count);
        // All that was ever allocated for the new one, and the old one as it stands.
        Assert.InRange((allocated / (double)sample) + SuppressionShard.EntryBytes, SuppressionShard.EntryBytes, 100);

        SuppressionSnapshot Load(SuppressionKey[] some)
        {
            var shards = new SuppressionShard[SuppressionKey.Shards];
            for (int shard = 0, at = 0; shard < shards.Length; shard++)
            {
                var builder = new SuppressionShard.Builder();
                for (; at < some.Length && some[at].Shard == shard; at++)
                    builder.Add(some[at], entry);
                shards[shard] = builder.ToShard();
            }

            return SuppressionSnapshot.Of(shards);
        }
    }

    private static IEnumerable<(SuppressionKey, Suppressed)> Rows(Suppressed?[] list) =>
        Mailboxes.Zip(list).Where(pair => pair.Second is not null).Select(pair => (SuppressionKey.Of(pair.First), pair.Second!.Value));

    private static IEnumerable<(SuppressionKey, Suppressed)> InRanges(Suppressed?[] list, List<KeyRange> ranges) =>
        Rows(list).Where(row => ranges.Exists(range => range.Contains(row.Item1)));
}
