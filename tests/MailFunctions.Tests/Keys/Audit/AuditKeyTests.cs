using CsCheck;
using MailFunctions.Keys.Audit;
using MailFunctions.Storage;

namespace MailFunctions.Tests.Keys.Audit;

public sealed class AuditKeyTests
{
    private static readonly Gen<DateTimeOffset> Times = Gen.DateTime[new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(8999, 1, 1, 0, 0, 0, DateTimeKind.Utc)]
        .Select(time => new DateTimeOffset(time.Ticks, TimeSpan.Zero));

    [Fact]
    public void Later_calls_come_first_in_the_order_of_the_table() =>
        Gen.Select(Times, Times).Sample((one, other) =>
        {
            var (earlier, later) = one < other ? (AuditKey.New(one), AuditKey.New(other)) : (AuditKey.New(other), AuditKey.New(one));
            if (one == other)
                return;
            Assert.True(string.CompareOrdinal(later.PartitionKey, earlier.PartitionKey) <= 0);
            Assert.True(string.CompareOrdinal(later.RowKey, earlier.RowKey) < 0);
            // One bound on the row key is enough over all partitions.
            Assert.True(string.CompareOrdinal(later.ResultRowKey, earlier.RowKey) < 0);
        });

    [Fact]
    public void A_result_stands_right_behind_its_call_even_among_calls_of_the_same_moment()
    {
        var at = new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
        AuditKey[] keys = [.. Enumerable.Range(0, 200).Select(_ => AuditKey.New(at))];

        var rows = keys.SelectMany(key => new[] { key.RowKey, key.ResultRowKey }).Order(StringComparer.Ordinal).ToList();

        for (var i = 0; i < rows.Count; i += 2)
            Assert.Equal($"{rows[i]}-r", rows[i + 1]);
    }

    [Fact]
    public void A_key_is_read_as_it_was_made_and_is_one_that_storage_takes() =>
        Times.Sample(at =>
        {
            var key = AuditKey.New(at);

            Assert.True(AuditKey.TryParse(key.RowKey, out var read));
            Assert.Equal((key, at, key.PartitionKey), (read.Value, read.Value.At, AuditKey.PartitionOf(at)));
            Assert.True(TableKey.IsValid(key.PartitionKey) && TableKey.IsValid(key.ResultRowKey));
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0516275222399999999-AAAAAAAAAAAA-r")]
    [InlineData("0516275222399999999-AAAAAAAAAAA/")]
    [InlineData("0516275222399999999-AAAAAAAAAAA")]
    [InlineData("9999999999999999999-AAAAAAAAAAAA")]
    [InlineData("٠٥١٦٢٧٥٢٢٢٣٩٩٩٩٩٩٩٩-AAAAAAAAAAAA")]
    [InlineData("+516275222399999999-AAAAAAAAAAAA")]
    [InlineData("0516275222399999999' or '1' eq '1")]
    public void Another_text_is_no_key(string? text) => Assert.False(AuditKey.TryParse(text, out _));

    [Fact]
    public void A_bound_holds_exactly_the_keys_of_its_moment_and_of_later_ones() =>
        Times.Sample(at =>
        {
            var key = AuditKey.New(at);

            Assert.True(string.CompareOrdinal(AuditKey.BoundAt(at), key.RowKey) < 0);
            Assert.True(string.CompareOrdinal(AuditKey.BoundAt(at.AddTicks(-1)), key.ResultRowKey) > 0);
        });
}
