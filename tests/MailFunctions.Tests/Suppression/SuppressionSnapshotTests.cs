using System.Runtime.CompilerServices;
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
        Gen.Int[1, 100], Gen.Bool, Gen.Enum<SuppressionReason>(), Gen.Enum<SuppressionScope>(),
        (age, isForGood, reason, scope) => new Suppressed(Now.AddDays(-age).UtcTicks, isForGood ? long.MaxValue : Now.AddDays(age - 50).UtcTicks, reason, scope, IsAutomatic: false));

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
    public void An_address_takes_the_forty_bytes_that_the_documents_say() =>
        Assert.Equal(40, Unsafe.SizeOf<SuppressionKey>() + Unsafe.SizeOf<Suppressed>());

    private static IEnumerable<(SuppressionKey, Suppressed)> Rows(Suppressed?[] list) =>
        Mailboxes.Zip(list).Where(pair => pair.Second is not null).Select(pair => (SuppressionKey.Of(pair.First), pair.Second!.Value));

    private static IEnumerable<(SuppressionKey, Suppressed)> InRanges(Suppressed?[] list, List<KeyRange> ranges) =>
        Rows(list).Where(row => ranges.Exists(range => range.Contains(row.Item1)));
}
