using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using CsCheck;
using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Ledger;

public sealed class LedgerRowMappingTests
{
    private static readonly EmailId Id = EmailId.Mint(DateTimeOffset.UnixEpoch.AddYears(50))[0];

    private static readonly string Minute = Id.PartitionKey;

    private static readonly Gen<DateTimeOffset?> Time = Gen.Int[0, 3].Select(minutes => minutes == 0 ? (DateTimeOffset?)null : DateTimeOffset.UnixEpoch.AddYears(50).AddMinutes(minutes));

    private static readonly Gen<string?> Text = Gen.OneOf((string?)null, "a", "b");

    private static readonly Gen<EventKey?> Ending = Gen.OneOf((EventKey?)null, new EventKey(Minute, "e-1"), new EventKey(Minute, "e-2"));

    private static readonly Gen<IReadOnlyList<Recipient>> Recipients = Gen.Enum<RecipientStatus>().Array[0, 2].Select(
        statuses => (IReadOnlyList<Recipient>)[.. statuses.Select((status, i) => new Recipient($"r{i}@example.com", RecipientKind.To, status, 0, null))]);

    private static readonly Gen<WaitReason?> Waiting = Gen.OneOf((WaitReason?)null, WaitReason.RateLimit, WaitReason.DeferredByReply);

    /// <summary>A step in a mail's life: all that may change, changed at will.</summary>
    private static readonly Gen<Func<LedgerRow, LedgerRow>> Step =
        Gen.Select(
            Gen.Select(Gen.Enum<EmailState>(), Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Long[0, 2]),
            Gen.Select(Time, Time, Time, Text, Text),
            Gen.Select(Recipients, Ending, Ending, Text, Waiting))
        .Select((numbers, times, others) => (Func<LedgerRow, LedgerRow>)(row => row with
        {
            State = numbers.Item1,
            Attempt = numbers.Item2,
            EventMinutes = [.. Enumerable.Repeat(Minute, numbers.Item2)],
            Corrected = [.. Enumerable.Range(1, Math.Min(numbers.Item2, numbers.Item3))],
            Waits = numbers.Item3,
            Faults = numbers.Item4,
            Bytes = numbers.Item5,
            ScheduledAt = times.Item1,
            ExpiresAt = row.AcceptedAt.AddHours(numbers.Item4),
            DueAt = times.Item2,
            EndedAt = times.Item3,
            Reason = times.Item4,
            LastFaultSource = times.Item5,
            WaitingFor = others.Item5,
            Recipients = others.Item1,
            Ending = others.Item2,
            PastEndings = others.Item3 is { } past ? [past, past] : [],
            Claim = others.Item4 is { } worker && numbers.Item2 > 0
                ? new Claim(worker, row.AcceptedAt.AddMinutes(numbers.Item3), new EventKey(Minute, $"{Id}-{numbers.Item2}"), worker + "-relay")
                : null,
        }));

    private static LedgerRow Accepted { get; } = new()
    {
        Id = Id,
        State = EmailState.Queued,
        Lane = Lane.Bulk,
        Sender = "sender@example.com",
        Subject = "Subject",
        AcceptedAt = Id.MintedAt,
        ExpiresAt = Id.MintedAt.AddDays(1),
        NamedEnd = Id.MintedAt.AddHours(1),
        Batch = Id,
        Key = "k3v9x2m4q7ab",
        Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Quota = "abcdefghijkl 7 1234",
        OnUncertain = UncertainPolicy.Hold,
        Recipients = [new Recipient("r@example.com", RecipientKind.Bcc, RecipientStatus.Pending, 0, null)],
        Tags = [new Tag("kind", "news")],
        Content = new StoredContent([1, 2], null, "shared", 7),
        Token = "t",
    };

    [Fact]
    public void A_row_inserted_and_merged_stepwise_reads_as_last_written() =>
        Step.Array[1, 6].Sample(steps =>
        {
            var table = LedgerRowMapping.ToInsert(Accepted);
            var row = LedgerRowMapping.FromEntity(table);
            AssertSame(Accepted, row);
            foreach (var step in steps)
            {
                var next = step(row);
                foreach (var (name, value) in LedgerRowMapping.ToUpdate(next))
                    table[name] = value;
                AssertSame(next, LedgerRowMapping.FromEntity(table));
                row = next.StoredAs(new ETag("next"));
            }
        });

    /// <summary>Most readers ask for a row without its content, by the names of all else.</summary>
    [Fact]
    public void A_row_read_without_content_has_every_other_property() =>
        Step.Array[1, 6].Sample(steps =>
        {
            var row = LedgerRowMapping.FromEntity(LedgerRowMapping.ToInsert(Accepted));
            IEnumerable<string> written = LedgerRowMapping.ToInsert(Accepted).Keys;
            foreach (var step in steps)
                written = written.Concat(LedgerRowMapping.ToUpdate(row = step(row).StoredAs(new ETag("next")) with { Stored = row }).Keys);

            Assert.Equal(["content"], written.Distinct().Except(LedgerRowMapping.WithoutContent));
        });

    [Fact]
    public void A_write_names_what_it_changes_and_nothing_else()
    {
        var row = LedgerRowMapping.FromEntity(LedgerRowMapping.ToInsert(Accepted));
        var claim = new Claim("w", Id.MintedAt.AddMinutes(1), new EventKey(Minute, $"{Id}-1"), "relay");
        var claimed = row with { State = EmailState.Sending, Attempt = 1, EventMinutes = [Minute], Claim = claim };
        Assert.Equal(
            ["attempt", "claim_relay", "claim_worker", "event_minutes", "last_worker", "lease_until", "relay", "state", "token"],
            Names(LedgerRowMapping.ToUpdate(claimed)));

        claimed = claimed.StoredAs(new ETag("claimed"));
        Assert.Equal(["lease_until", "token"], Names(LedgerRowMapping.ToUpdate(claimed with { Claim = claim with { LeaseUntil = Id.MintedAt.AddMinutes(2) } })));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a_word_of_a_later_version")]
    public void A_missing_or_unknown_wait_reason_reads_as_none_and_is_left_in_place(string? stored)
    {
        var table = LedgerRowMapping.ToInsert(Accepted);
        table["waiting_for"] = stored;

        var row = LedgerRowMapping.FromEntity(table);

        Assert.Null(row.WaitingFor);
        Assert.Equal(["token", "waits"], Names(LedgerRowMapping.ToUpdate(row with { Waits = 1 })));
    }

    [Fact]
    public void A_row_that_was_not_read_cannot_be_written_as_an_update() =>
        Assert.Throws<ArgumentException>(() => LedgerRowMapping.ToUpdate(Accepted));

    private static List<string> Names(TableEntity entity) => [.. entity.Keys.Except(["PartitionKey", "RowKey"]).Order(StringComparer.Ordinal)];

    private static void AssertSame(LedgerRow expected, LedgerRow actual) => Assert.Equal(Written(expected), Written(actual));

    private static string Written(LedgerRow row) => JsonSerializer.Serialize(row with { ETag = default, Stored = null });
}
