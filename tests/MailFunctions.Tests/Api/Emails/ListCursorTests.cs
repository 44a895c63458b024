using System.Buffers.Text;
using CsCheck;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Api.Emails;

/// <summary>The two kinds of cursors of <c>GET emails</c>.</summary>
public sealed class ListCursorTests
{
    private static readonly Gen<DateTimeOffset> Time = Gen.Long[0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()].Select(DateTimeOffset.FromUnixTimeMilliseconds);

    private static readonly Gen<EmailId> Id = Time.SelectMany(time => Gen.OneOf(Gen.Const(() => EmailId.Mint(time)[0]), Gen.Const(() => EmailId.FirstFrom(time))));

    private static readonly Gen<ScanCursor> Scan =
        Gen.Select(Id, Time, Gen.Int[0, ScanWidth.MaxPower]).Select((id, from, power) => new ScanCursor(id, from, new ScanWidth(power)));

    private static readonly Gen<HeldCursor> Held =
        Gen.Select(Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks], Id).Select((ticks, id) => new HeldCursor(FormattableString.Invariant($"{ticks:D19}-{id}")));

    [Fact]
    public void A_cursor_of_the_ledger_comes_back_as_it_went() => Scan.Sample(cursor =>
        ScanCursor.TryParse(cursor.ToString(), out var read) && read == cursor && !HeldCursor.TryParse(cursor.ToString(), out _));

    [Fact]
    public void A_cursor_of_the_index_comes_back_as_it_went() => Held.Sample(cursor =>
        HeldCursor.TryParse(cursor.ToString(), out var read) && read == cursor && !ScanCursor.TryParse(cursor.ToString(), out _));

    [Fact]
    public void A_cursor_can_stand_in_a_URL_as_it_is() =>
        Gen.OneOf(Scan.Select(cursor => cursor.ToString()), Held.Select(cursor => cursor.ToString()))
            .Sample(text => text.Length <= 80 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    [Fact]
    public void A_modified_cursor_is_refused_or_parses_as_another_cursor() =>
        Gen.Select(Gen.OneOf(Scan.Select(cursor => cursor.ToString()), Held.Select(cursor => cursor.ToString())), Gen.Byte.Array[1, 60], Gen.Int[0, 60])
            .Sample((text, bytes, at) =>
            {
                var changed = Base64Url.DecodeFromChars(text);
                bytes.AsSpan(0, Math.Min(bytes.Length, Math.Max(0, changed.Length - at))).CopyTo(changed.AsSpan(Math.Min(at, changed.Length)));
                RequireSound(Base64Url.EncodeToString(changed));
                RequireSound(Base64Url.EncodeToString(bytes));
            });

    [Fact]
    public void Any_text_is_refused_or_is_a_cursor() => Gen.String.Sample(RequireSound);

    [Theory]
    [InlineData("")]
    [InlineData("AQ")]
    [InlineData("0000000000000000000-01a207c4-6712-7000-9c40-f48fcae410f2")]
    public void A_text_that_is_no_cursor_is_refused(string text)
    {
        Assert.False(ScanCursor.TryParse(text, out _));
        Assert.False(HeldCursor.TryParse(text, out _));
    }

    [Fact]
    public void A_cursor_of_another_version_is_refused()
    {
        var bytes = Base64Url.DecodeFromChars(new ScanCursor(EmailId.Mint(DateTimeOffset.UnixEpoch)[0], DateTimeOffset.UnixEpoch, ScanWidth.First).ToString());
        bytes[0] = 3;

        Assert.False(ScanCursor.TryParse(Base64Url.EncodeToString(bytes), out _));
    }

    private static void RequireSound(string text)
    {
        if (ScanCursor.TryParse(text, out var scan))
            Assert.True(ScanCursor.TryParse(scan.ToString(), out var again) && again == scan);
        if (HeldCursor.TryParse(text, out var held))
            Assert.True(HeldCursor.TryParse(held.ToString(), out var again) && again == held);
    }
}
