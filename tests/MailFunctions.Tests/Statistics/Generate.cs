using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

/// <summary>Generators of what statistics are made from, with few enough values that they meet.</summary>
internal static class Generate
{
    public static readonly DateTimeOffset Minute = new(2026, 11, 23, 10, 42, 0, TimeSpan.Zero);

    public static readonly Gen<TimeSpan> Latency =
        Gen.Double[0, Math.Log(TimeSpan.FromDays(7) / TimeSpan.FromMilliseconds(1))]
            .Select(power => TimeSpan.FromMilliseconds(1) * Math.Exp(power));

    public static readonly Gen<LatencyHistogram> Histogram =
        Latency.Array[0, 20].Select(all => all.Aggregate(LatencyHistogram.Empty, (sum, one) => sum.Merge(LatencyHistogram.Of(one))));

    public static readonly Gen<Measures> Measures =
        Gen.Select(Gen.Long[0, 1_000_000].Array[MeasureNames.All.Length], Histogram).Select((counts, latency) => new Measures(counts, latency));

    public static readonly Gen<StatisticsRow> Row =
        Gen.Select(Gen.Enum<Dimension>(), Gen.OneOf("a", "b", "c", Rollup.Other), Measures)
            .Select((dimension, value, measures) => new StatisticsRow(dimension, value, measures));

    private static readonly Gen<Tag[]> Tags =
        Gen.OneOf(new Tag("kind", "welcome"), new Tag("kind", "reset"), new Tag("team", "a")).Array[0, 3];

    private static readonly Gen<Recipient[]> Recipients =
        Gen.Select(Gen.OneOf("a.example", "b.example", "c.example"), Gen.Enum<RecipientStatus>())
            .Select((domain, status) => new Recipient($"someone@{domain}", RecipientKind.To, status, 1, null))
            .Array[0, 4];

    public static readonly Gen<LedgerRow> Email =
        Gen.Select(Gen.Enum<EmailState>(), Gen.Enum<Lane>(), Recipients, Tags).Select((state, lane, recipients, tags) => new LedgerRow
        {
            Id = EmailId.Mint(Minute)[0],
            State = state,
            Lane = lane,
            Sender = "shop@example.com",
            AcceptedAt = Minute,
            ExpiresAt = Minute.AddDays(1),
            Recipients = recipients,
            Tags = tags,
        });

    public static readonly Gen<EmailEvent> Event =
        Gen.Select(Gen.Enum<EventKind>(), Gen.Enum<EmailState>(), Gen.Enum<Lane>(), Gen.OneOf("one", "two", null!), Recipients, Tags, Latency, Gen.Long[0, 100_000])
            .Select((kind, state, lane, relay, recipients, tags, latency, bytes) =>
            {
                var id = EmailId.Mint(Minute)[0];
                return new EmailEvent
                {
                    Key = EventKey.OfAttempt(id, 1, Minute),
                    Id = id,
                    Kind = kind,
                    Attempt = 1,
                    At = Minute + latency,
                    Lane = lane,
                    Relay = relay,
                    SendableAt = Minute,
                    Bytes = bytes,
                    Tags = tags,
                    Recipients = recipients,
                    State = state,
                    Token = "token",
                };
            });
}
