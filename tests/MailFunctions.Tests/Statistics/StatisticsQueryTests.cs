using MailFunctions.Api.Statistics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MailFunctions.Tests.Statistics;

public sealed class StatisticsQueryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);

    [Theory]
    [InlineData("", "2026-11-23T09:43Z", "2026-11-23T10:43Z")]
    [InlineData("granularity=hour", "2026-11-22T11:00Z", "2026-11-23T11:00Z")]
    [InlineData("granularity=day", "2026-10-25T00:00Z", "2026-11-24T00:00Z")]
    [InlineData("from=2026-11-23T10:00:00Z", "2026-11-23T10:00Z", "2026-11-23T10:43Z")]
    [InlineData("to=2026-11-23T10:00:00Z", "2026-11-23T09:00Z", "2026-11-23T10:00Z")]
    [InlineData("from=2026-11-23T10:00:59.999Z&to=2026-11-23T10:01:00.001Z", "2026-11-23T10:00Z", "2026-11-23T10:02Z")]
    [InlineData("from=2026-11-23T10:00:00%2B01:00&to=2026-11-23T11:00%2B01:00", "2026-11-23T09:00Z", "2026-11-23T10:00Z")]
    [InlineData("from=2026-11-23T10:00:00+01:00&to=2026-11-23T11:00+01:00&code=secret", "2026-11-23T09:00Z", "2026-11-23T10:00Z")]
    public void A_range_is_widened_to_whole_buckets_and_has_defaults(string parameters, string from, string to)
    {
        var (query, errors) = Parse(parameters);

        Assert.Empty(errors);
        Assert.Equal((DateTimeOffset.Parse(from, null), DateTimeOffset.Parse(to, null)), (query!.From, query.To));
    }

    [Theory]
    [InlineData("dimension=recipient", "dimension must be one of: total, lane, relay, domain, tag")]
    [InlineData("dimension=Lane", "dimension must be one of: total, lane, relay, domain, tag")]
    [InlineData("granularity=", "granularity has no value: leave it out, or give it one")]
    [InlineData("granularity=1", "granularity must be one of: minute, hour, day")]
    [InlineData("from=yesterday", "from must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00")]
    [InlineData("from=2026-11-23T10:42:00", "from must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00")]
    [InlineData("from=2026-11-23T10:42", "from must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00")]
    [InlineData("to=9999-12-31T23:59:59Z", "to must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00")]
    [InlineData("from=2026-11-23T10:00Z&to=2026-11-23T10:00Z", "from must be before to")]
    [InlineData("from=2026-11-24T10:00Z", "from must not be in the future")]
    [InlineData("from=2026-11-22T09:42Z", "from is 1501 minute buckets before to; an answer has at most 1500: ask for less, or for a coarser granularity")]
    [InlineData("to=2026-11-23T10:00Z&to=2026-11-23T10:01Z", "to is given more than once")]
    [InlineData("form=2026-11-23T10:00Z", "form is not a parameter; these are: from, to, granularity, dimension")]
    public void An_error_names_the_parameter_and_what_it_takes(string parameters, string sentence)
    {
        var (query, errors) = Parse(parameters);

        Assert.Null(query);
        Assert.Equal(sentence, $"{errors.Single().Parameter} {errors.Single().Message}");
    }

    [Fact]
    public void All_invalid_parameters_are_reported_together() => Assert.Equal(
        ["x", "granularity", "dimension", "from", "to"],
        Parse("from=a&to=b&granularity=c&dimension=d&x=e").Errors.Select(error => error.Parameter));

    [Fact]
    public void The_longest_range_is_answered() => Assert.Empty(Parse("from=2026-11-22T09:43Z").Errors);

    private static (StatisticsQuery? Query, IReadOnlyList<ProblemError> Errors) Parse(string parameters) =>
        StatisticsQuery.Parse(new QueryCollection(QueryHelpers.ParseQuery(parameters)), Now);
}
