using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Keys.Pauses;

public sealed class PauseSetTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    private static readonly LedgerRow Row = new()
    {
        Id = EmailId.FirstFrom(Now),
        State = EmailState.Queued,
        Lane = Lane.Bulk,
        Sender = "Shop@example.org",
        Key = "abcdefghij01",
        AcceptedAt = Now,
        ExpiresAt = Now.AddDays(1),
    };

    [Theory]
    [InlineData("key", "abcdefghij01", true)]
    [InlineData("key", "abcdefghij02", false)]
    [InlineData("lane", "bulk", true)]
    [InlineData("lane", "transactional", false)]
    [InlineData("sender", "example.org", true)]
    [InlineData("sender", "shop.example.org", false)]
    [InlineData("sender", "shop@example.org", true)]
    [InlineData("sender", "SHOP@EXAMPLE.ORG", true)]
    [InlineData("sender", "other@example.org", false)]
    public void A_mail_is_stopped_by_its_key_its_sender_and_its_lane(string kind, string name, bool stops)
    {
        var set = new PauseSet([PauseOf(kind, name)]);

        Assert.Equal(stops, set.Find(Row, Now) is not null);
    }

    [Fact]
    public void A_pause_with_an_end_stops_nothing_from_then_on()
    {
        var set = new PauseSet([PauseOf("lane", "bulk") with { EndsAt = Now }]);

        Assert.NotNull(set.Find(Row, Now.AddTicks(-1)));
        Assert.Null(set.Find(Row, Now));
    }

    [Fact]
    public void A_mail_without_a_key_is_stopped_by_no_pause_of_one() =>
        Assert.Null(new PauseSet([PauseOf("key", "abcdefghij01")]).Find(Row with { Key = null }, Now));

    [Fact]
    public void Its_sentence_says_who_paused_what_and_why() => Assert.Equal(
        "API key abcdefghij01 is paused until 2026-12-02 09:00:00Z, since 2026-12-01 09:00:00Z, by operator:command: It leaked.",
        (PauseOf("key", "abcdefghij01") with { EndsAt = Now.AddDays(1) }).Sentence());

    [Fact]
    public void A_row_is_read_as_it_was_written()
    {
        var pause = PauseOf("sender", "shop@example.org") with { EndsAt = Now.AddDays(1) };

        Assert.Equal(pause, Pause.FromEntity(pause.ToEntity()));
        Assert.Equal(pause with { EndsAt = null }, Pause.FromEntity((pause with { EndsAt = null }).ToEntity()));
    }

    private static Pause PauseOf(string kind, string name)
    {
        Assert.True(PauseTarget.TryParse(PauseKinds.Find(kind)!.Value, name, out var target, out _));
        return new Pause(target, "It leaked.", "operator:command", Now, null);
    }
}
