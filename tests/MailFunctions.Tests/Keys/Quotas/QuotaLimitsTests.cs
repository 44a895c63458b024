using CsCheck;
using MailFunctions.Keys.Quotas;

namespace MailFunctions.Tests.Keys.Quotas;

public sealed class QuotaLimitsTests
{
    private static readonly Gen<long?> Count = Gen.Long[1, QuotaLimits.MostCount].Nullable();

    [Fact]
    public void Text_is_read_as_it_was_written() => Gen.Select(Count, Count, Count, Count, Count, Count).Sample((a, b, c, d, e, f) =>
    {
        var limits = new QuotaLimits { MailsPerMinute = a, MailsPerDay = b, RecipientsPerMinute = c, RecipientsPerDay = d, BytesPerMinute = e, BytesPerDay = f };

        Assert.True(QuotaLimits.TryParse(limits.ToString(), out var read, out _));
        Assert.Equal(limits, read);
    });

    [Fact]
    public void No_text_is_no_limit()
    {
        Assert.True(QuotaLimits.TryParse("", out var limits, out _));
        Assert.True(limits.IsNone);
        Assert.Equal("", QuotaLimits.None.ToString());
    }

    [Theory]
    [InlineData("mails_per_minute", "it takes a name")]
    [InlineData("mails_per_hour=5", "it takes a name (mails_per_minute, mails_per_day")]
    [InlineData("mails_per_minute=ten", "a whole number")]
    [InlineData("mails_per_minute=-1", "a whole number")]
    [InlineData("mails_per_minute=0", "mails_per_minute is 0: it takes 1 to 1000000000")]
    [InlineData("bytes_per_day=1000000000000001", "bytes_per_day is 1000000000000001: it takes 1 to 1000000000000000")]
    [InlineData("mails_per_day=1,mails_per_day=2", "mails_per_day is there twice")]
    public void A_wrong_text_is_refused_with_what_it_takes(string text, string expected)
    {
        Assert.False(QuotaLimits.TryParse(text, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_are_refused_all_at_once_with_their_names()
    {
        var options = new QuotaOptions { App = "mails=1", Watch = new VolumeWatchOptions { Factor = 1, Floor = 0 } };
        foreach (var entry in (string[])["example.com", "no domain: mails_per_day=1", "a.example: mails_per_day=0", "b.example: mails_per_day=1", "B.example: mails_per_day=2"])
            options.SenderDomains.Add(entry);

        var faults = new QuotaOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(7, faults.Count);
        Assert.StartsWith("MailFunctions:Quotas:App: 'mails=1' is no limit", faults[0], StringComparison.Ordinal);
        Assert.Equal("MailFunctions:Quotas:SenderDomains: b.example is there twice.", faults[4]);
        Assert.Equal("MailFunctions:Quotas:Watch:Factor is 1: it takes 2 to 1000.", faults[5]);
    }
}
