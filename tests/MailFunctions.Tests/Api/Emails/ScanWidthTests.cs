using CsCheck;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Api.Emails;

/// <summary>How much time each look at the ledger spans.</summary>
public sealed class ScanWidthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, 345, TimeSpan.Zero);

    /// <summary>How many rows each look finds, in turn and over again.</summary>
    private static readonly Gen<int[]> Rows = Gen.OneOf(Gen.Const(0), Gen.Int[0, ScanWidth.Many], Gen.Const(int.MaxValue)).Array[1, 40];

    [Fact]
    public void Looks_follow_one_another_down_to_the_end_whatever_they_find() =>
        Gen.Select(Gen.Long[1, 1_000_000], Gen.Int[0, ScanWidth.MaxPower], Rows, Gen.Bool).Sample((seconds, power, rows, hasEnd) =>
        {
            var floor = EmailId.FirstFrom(Now.AddSeconds(-seconds));
            var (end, width) = (EmailId.FirstFrom(hasEnd ? Now : DateTimeOffset.MaxValue), new ScanWidth(power));
            var looks = 0;
            while (end > floor && looks++ < 1000)
            {
                var start = width.StartBefore(end, Now, floor);
                Assert.True(start < end && start >= floor);
                if (rows[looks % rows.Length] > width.Most)
                    width = width.Narrower;
                else
                    (end, width) = (start, width.After(rows[looks % rows.Length]));
                Assert.InRange(width.Power, 0, ScanWidth.MaxPower);
            }

            // Of a dense range only the first thousand looks are watched; an empty one has ended long before.
            if (rows.All(found => found <= ScanWidth.Few))
                Assert.Equal(floor, end);
        });

    [Fact]
    public void Two_empty_years_are_a_dozen_looks()
    {
        var floor = EmailId.FirstFrom(Now.AddDays(-730));
        var (end, width, looks) = (EmailId.FirstFrom(DateTimeOffset.MaxValue), ScanWidth.First, 0);
        for (; end > floor; looks++)
            (end, width) = (width.StartBefore(end, Now, floor), width.After(rows: 0));

        Assert.Equal(12, looks);
    }

    [Fact]
    public void A_span_that_was_widened_finds_no_more_than_a_look_may() =>
        Gen.Int[0, ScanWidth.MaxPower].Sample(power =>
        {
            var width = new ScanWidth(power);
            var widened = width.After(ScanWidth.Few);
            return ScanWidth.Few * (widened.Span / width.Span) <= widened.Most && width.After(ScanWidth.Few + 1) == width;
        });

    [Fact]
    public void A_millisecond_is_taken_whole_and_anything_longer_can_be_divided()
    {
        Assert.Equal(int.MaxValue, new ScanWidth(0).Most);
        Gen.Int[1, ScanWidth.MaxPower].Sample(power => new ScanWidth(power).Most == ScanWidth.Many && new ScanWidth(power).Narrower.Span < new ScanWidth(power).Span);
    }
}
