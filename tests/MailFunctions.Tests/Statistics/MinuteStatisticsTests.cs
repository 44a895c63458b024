using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class MinuteStatisticsTests
{
    private static readonly DateTimeOffset Accepted = Generate.Minute.AddSeconds(1);

    [Fact]
    public void The_order_of_events_and_emails_does_not_matter() =>
        Gen.Select(Generate.Event.Array[0, 30], Generate.Email.Array[0, 30], Gen.Int).Sample((events, emails, seed) =>
        {
            var straight = MinuteStatistics.Compute(events, emails);
            new Random(seed).Shuffle(events);
            new Random(seed).Shuffle(emails);
            Assert.Equal(straight, MinuteStatistics.Compute(events, emails));
        });

    [Fact]
    public void Statistics_of_two_halves_of_a_minute_add_up_to_the_minute() =>
        Gen.Select(Generate.Event.Array[0, 20], Generate.Event.Array[0, 20], Generate.Email.Array[0, 20]).Sample((first, second, emails) =>
        {
            var sum = new Rollup();
            foreach (var row in MinuteStatistics.Compute(first, emails).Concat(MinuteStatistics.Compute(second, []))) sum.Add(row);
            Assert.Equal(MinuteStatistics.Compute([.. first, .. second], emails), sum.ToRows());
        });

    [Fact]
    public void The_lanes_add_up_to_the_total() =>
        Gen.Select(Generate.Event.Array[1, 30], Generate.Email.Array[1, 30]).Sample((events, emails) =>
        {
            var rows = MinuteStatistics.Compute(events, emails);
            var lanes = rows.Where(row => row.Dimension == Dimension.Lane).Aggregate(Measures.Zero, (sum, row) => sum + row.Measures);
            Assert.Equal(Of(rows, Dimension.Total, "total"), lanes);
        });

    [Fact]
    public void An_accepted_email_counts_in_its_lane_its_tags_and_each_domain()
    {
        var rows = MinuteStatistics.Compute([], [Email(EmailState.Queued, To("a.example"), To("a.example"), To("b.example"))]);

        Assert.Equal((1, 3), Accepts(rows, Dimension.Total, "total"));
        Assert.Equal((1, 3), Accepts(rows, Dimension.Lane, "bulk"));
        Assert.Equal((1, 3), Accepts(rows, Dimension.Tag, "kind:welcome"));
        Assert.Equal((1, 2), Accepts(rows, Dimension.Domain, "a.example"));
        Assert.Equal((1, 1), Accepts(rows, Dimension.Domain, "b.example"));
        Assert.Equal(5, rows.Count);
    }

    [Fact]
    public void A_void_key_is_not_an_accepted_email() =>
        Assert.Empty(MinuteStatistics.Compute([], [Email(EmailState.Void, To("a.example"))]));

    [Fact]
    public void An_unsubscription_counts_itself_alone_and_not_the_state_of_its_email_again()
    {
        var unsubscribed = Attempt(EmailState.Sent, To("a.example", RecipientStatus.Sent)) with { Kind = EventKind.Unsubscription, Tags = [new Tag("kind", "news")] };

        var rows = MinuteStatistics.Compute([unsubscribed], []);

        Assert.All(rows, row => Assert.Equal(1, row.Measures[Measure.Unsubscribed]));
        Assert.All(rows, row => Assert.Equal(1, Enum.GetValues<Measure>().Sum(measure => row.Measures[measure])));
        Assert.Equal([Dimension.Total, Dimension.Lane, Dimension.Domain, Dimension.Tag], rows.Select(row => row.Dimension).Order());
    }

    [Fact]
    public void An_attempt_counts_its_recipients_by_outcome_and_the_email_by_state()
    {
        var rows = MinuteStatistics.Compute(
            [Attempt(EmailState.Partial, To("a.example", RecipientStatus.Sent), To("b.example", RecipientStatus.Rejected), To("b.example", RecipientStatus.Uncertain))], []);

        var total = Of(rows, Dimension.Total, "total");
        Assert.Equal("attempts=1 sent=1 rejected=1 uncertain=1 emails_partial=1 bytes=1000 latency=" + LatencyHistogram.Of(TimeSpan.FromSeconds(2)), total.ToString());
        Assert.Equal(total, Of(rows, Dimension.Relay, "main"));
        Assert.Equal(0, Of(rows, Dimension.Domain, "b.example")[Measure.Bytes]);
        Assert.Equal(1000, Of(rows, Dimension.Domain, "a.example")[Measure.Bytes]);
        Assert.Equal(1, Of(rows, Dimension.Domain, "b.example")[Measure.EmailsPartial]);
    }

    [Fact]
    public void A_deferred_attempt_has_no_ending_no_latency_and_no_bytes()
    {
        var rows = MinuteStatistics.Compute([Attempt(EmailState.Deferred, To("a.example", RecipientStatus.Deferred))], []);

        Assert.Equal("attempts=1 deferred=1 latency=", Of(rows, Dimension.Total, "total").ToString());
    }

    [Theory]
    [InlineData(nameof(EmailState.Expired), "emails_expired=1 latency=")]
    [InlineData(nameof(EmailState.Canceled), "emails_canceled=1 latency=")]
    [InlineData(nameof(EmailState.Suppressed), "emails_suppressed=1 latency=")]
    [InlineData(nameof(EmailState.Discarded), "emails_discarded=1 latency=")]
    [InlineData(nameof(EmailState.Dead), "emails_dead=1 latency=")]
    [InlineData(nameof(EmailState.Partial), "emails_partial=1 latency=")]
    public void An_ending_without_an_attempt_counts_its_state_alone(string state, string counts)
    {
        var ending = Attempt(Enum.Parse<EmailState>(state), To("a.example", RecipientStatus.Sent)) with { Kind = EventKind.Ending, Relay = null, Bytes = 0 };

        Assert.Equal(counts, Of(MinuteStatistics.Compute([ending], []), Dimension.Total, "total").ToString());
    }

    [Fact]
    public void Every_state_that_ends_an_email_or_holds_it_is_counted()
    {
        foreach (var state in Enum.GetValues<EmailState>().Where(state => !state.IsOpen() && state != EmailState.Void))
            Assert.NotEmpty(MinuteStatistics.Compute([Attempt(state) with { Kind = EventKind.Ending }], []));
    }

    private static (long Accepted, long Recipients) Accepts(IEnumerable<StatisticsRow> rows, Dimension dimension, string value) =>
        (Of(rows, dimension, value)[Measure.Accepted], Of(rows, dimension, value)[Measure.Recipients]);

    private static Measures Of(IEnumerable<StatisticsRow> rows, Dimension dimension, string value) =>
        rows.Single(row => row.Dimension == dimension && row.Value == value).Measures;

    private static Recipient To(string domain, RecipientStatus status = RecipientStatus.Pending) =>
        new($"someone@{domain}", RecipientKind.To, status, 1, null);

    private static LedgerRow Email(EmailState state, params Recipient[] recipients) => new()
    {
        Id = EmailId.Mint(Accepted)[0],
        State = state,
        Lane = Lane.Bulk,
        Sender = "shop@example.com",
        AcceptedAt = Accepted,
        ExpiresAt = Accepted.AddDays(1),
        Recipients = recipients,
        Tags = [new("kind", "welcome"), new("kind", "welcome")],
    };

    private static EmailEvent Attempt(EmailState state, params Recipient[] recipients)
    {
        var id = EmailId.Mint(Accepted)[0];
        return new()
        {
            Key = EventKey.OfAttempt(id, 1, Accepted),
            Id = id,
            Kind = EventKind.Attempt,
            Attempt = 1,
            At = Accepted.AddSeconds(2),
            Lane = Lane.Transactional,
            Relay = "main",
            SendableAt = Accepted,
            Bytes = 1000,
            Recipients = recipients,
            State = state,
            Token = "token",
        };
    }
}
