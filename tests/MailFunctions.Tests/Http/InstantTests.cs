using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Tests.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MailFunctions.Tests.Http;

public sealed class InstantTests
{
    public static TheoryData<string, string> Legal => new()
    {
        // The examples of RFC 3339 section 5.8.
        { "1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.5200000+00:00" },
        { "1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.0000000+00:00" },
        { "1990-12-31T23:59:60Z", "1991-01-01T00:00:00.0000000+00:00" },
        { "1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.0000000+00:00" },
        { "1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.8700000+00:00" },
        // Section 5.6: either case, as Java's and Go's formats may write it, and any number of digits.
        { "2027-01-31t18:30:00z", "2027-01-31T18:30:00.0000000+00:00" },
        { "2027-01-31T18:30:00.123456789Z", "2027-01-31T18:30:00.1234567+00:00" },
        { "2027-01-31T18:30:00.9999999999999999999999999999999Z", "2027-01-31T18:30:00.9999999+00:00" },
        { "2027-01-31T18:30:00.5+01:00", "2027-01-31T17:30:00.5000000+00:00" },
        { "2027-01-31T18:30:00-00:00", "2027-01-31T18:30:00.0000000+00:00" },
        { "2027-01-31T18:30:00+23:59", "2027-01-30T18:31:00.0000000+00:00" },
        { "2027-01-31T18:30:00-23:59", "2027-02-01T18:29:00.0000000+00:00" },
        { "2028-02-29T00:00:00Z", "2028-02-29T00:00:00.0000000+00:00" },
        { "2026-06-30T23:59:60.25Z", "2026-07-01T00:00:00.2500000+00:00" },
        // Beyond it, and taken since ever.
        { "2027-01-31T18:30Z", "2027-01-31T18:30:00.0000000+00:00" },
        { "2027-01-31T18:30+01:00", "2027-01-31T17:30:00.0000000+00:00" },
    };

    public static TheoryData<string> Illegal =>
    [
        "", "tomorrow", "2027-01-31", "2027-01-31T18:30:00", "2027-01-31 18:30:00Z", "2027-01-31T18:30:00 Z", " 2027-01-31T18:30:00Z", "2027-01-31T18:30:00Z ",
        "2027-01-31T18:30:00+0100", "2027-01-31T18:30:00+01", "2027-01-31T18:30:00+24:00", "2027-01-31T18:30:00+01:60", "2027-01-31T18:30:00UTC", "2027-01-31T18:30:00Z+01:00",
        "2027-01-31T18:30:00.Z", "2027-01-31T18:30:00,5Z", "2027-01-31T18:30:00.5.5Z", "2027-01-31T18Z", "2027-01-31T24:00:00Z", "2027-01-31T18:60:00Z", "2027-01-31T18:30:61Z",
        "2027-01-31T18:30:60Z", "2027-02-29T00:00:00Z", "2027-13-01T00:00:00Z", "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z", "0000-01-01T00:00:00Z", "20270131T183000Z",
        "+2027-01-31T18:30:00Z", "2027-1-31T18:30:00Z", "2027-W04-7T18:30:00Z", "٢٠٢٧-01-31T18:30:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z",
    ];

    [Theory]
    [MemberData(nameof(Legal))]
    public void Instants_that_RFC_3339_allows_are_parsed(string text, string utc)
    {
        Assert.True(Instant.TryParse(text, out var instant));
        Assert.Equal(utc, instant.ToString("O"));
    }

    [Theory]
    [MemberData(nameof(Illegal))]
    public void Instants_that_RFC_3339_does_not_allow_are_refused(string text) => Assert.False(Instant.TryParse(text, out _));

    [Theory]
    [InlineData("2026-12-01t12:00:00.123456789z")]
    [InlineData("2026-12-01T12:00:00.1234567-00:00")]
    public async Task Instant_fields_of_a_request_accept_RFC_3339(string text)
    {
        var draft = await EmailRequests.DraftAsync($$"""{"from":"a@example.com","to":"b@example.com","subject":"s","text":"t","scheduled_at":"{{text}}","expires_at":"2026-12-01t12:00:00.123456889999z"}""");

        Assert.Equal(new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567), draft.ScheduledAt);
        Assert.Equal(draft.ScheduledAt!.Value.AddTicks(1), draft.ExpiresAt);
    }

    [Theory]
    [InlineData("from=2026-11-23t10:00:00.123456789z", "10:00:00.1234567")]
    [InlineData("from=2026-11-23T11:00:00.5+01:00", "10:00:00.5000000")]
    [InlineData("from=2026-11-23T11:00:00%2B01:00", "10:00:00.0000000")]
    [InlineData("from=2026-11-23T09:00:00-01:00", "10:00:00.0000000")]
    public void Instant_parameters_accept_a_plus_sign_escaped_or_not(string query, string time)
    {
        var parameters = new QueryParameters(new QueryCollection(QueryHelpers.ParseQuery(query)), ["from"]);

        Assert.Equal(time, parameters.Time("from")?.ToString("HH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void An_invalid_instant_is_reported_with_a_valid_example()
    {
        var errors = new ErrorList();
        RequestInstant.Read(RequestValue.OfText(null, "", "tomorrow"u8), errors);

        Assert.Contains("2027-01-31T18:30:00Z", Assert.Single(errors.Listed).Message, StringComparison.Ordinal);
    }
}
