using MailFunctions.Keys.Quotas;

namespace MailFunctions.Tests.Keys.Quotas;

public sealed class KeyVolumeTests
{
    private const int Factor = 10;
    private const int Floor = 200;

    private static readonly DateTimeOffset Midnight = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Many_times_the_usual_busiest_hour_is_a_jump()
    {
        var usual = Days(5, day => [(9, 100)]);

        Assert.False(usual.Add(1_000, At(5, 3)).IsJump(Factor, Floor));
        Assert.True(usual.Add(1_001, At(5, 3)).IsJump(Factor, Floor));
    }

    [Fact]
    public void A_newsletter_once_a_week_is_usual()
    {
        var usual = Days(29, day => day % 7 == 0 ? [(9, 50), (10, 20_000)] : [(9, 50)]);

        Assert.False(usual.Add(20_000, At(35, 10)).IsJump(Factor, Floor));
    }

    [Fact]
    public void A_rise_within_one_day_is_not_usual_by_its_end()
    {
        var volume = Days(5, day => [(9, 100)]);
        for (var hour = 0; hour < 24; hour++)
            volume = volume.Add((long)(100 * Math.Pow(1.5, hour)), At(5, hour));

        Assert.True(volume.IsJump(Factor, Floor));
    }

    [Fact]
    public void Volume_up_to_the_floor_is_never_a_jump()
    {
        var usual = Days(5, day => [(9, 1)]);

        Assert.False(usual.Add(Floor, At(5, 3)).IsJump(Factor, Floor));
        Assert.True(usual.Add(Floor + 1, At(5, 3)).IsJump(Factor, Floor));
    }

    [Fact]
    public void A_new_key_has_no_usual_volume_until_three_days_with_mail_are_over()
    {
        Assert.False(Days(3, day => [(9, 10)]).Add(5_000, At(2, 20)).IsJump(Factor, Floor));
        Assert.True(Days(3, day => [(9, 10)]).Add(5_000, At(3, 20)).IsJump(Factor, Floor));
    }

    [Fact]
    public void Days_without_mail_change_nothing()
    {
        var usual = Days(5, day => [(9, 100)]);

        Assert.False(usual.Add(1_000, At(60, 3)).IsJump(Factor, Floor));
        Assert.True(usual.Add(1_001, At(60, 3)).IsJump(Factor, Floor));
    }

    [Fact]
    public void A_clock_that_is_behind_adds_to_the_hour_that_has_begun()
    {
        var volume = KeyVolume.Empty(At(0, 9)).Add(5, At(0, 9)).Add(7, At(0, 8));

        Assert.Equal((At(0, 9), 12), (volume.Hour, volume.InHour));
    }

    private static DateTimeOffset At(int day, int hour) => Midnight.AddDays(day).AddHours(hour);

    private static KeyVolume Days(int days, Func<int, (int Hour, long Recipients)[]> of) => Enumerable.Range(0, days)
        .SelectMany(day => of(day).Select(entry => (At: At(day, entry.Hour), entry.Recipients)))
        .Aggregate(KeyVolume.Empty(Midnight), (volume, entry) => volume.Add(entry.Recipients, entry.At));
}
