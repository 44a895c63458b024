using MailFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace MailFunctions.Tests.Http;

public sealed class QueryParametersTests
{
    [Theory]
    [InlineData("resaon=bounce", "resaon is not a parameter; did you mean reason? These are: reason, limit.")]
    [InlineData("colour=red", "colour is not a parameter; these are: reason, limit.")]
    [InlineData("reason=bounce&reason=complaint", "reason is given more than once.")]
    [InlineData("reason=bounce&Reason=bounce", "reason is given more than once.")]
    [InlineData("reason=", "reason has no value: leave it out, or give it one.")]
    [InlineData("reason", "reason has no value: leave it out, or give it one.")]
    [InlineData("=bounce", " is not a parameter; these are: reason, limit.")]
    [InlineData("code=a&code=b", "code is given more than once.")]
    [InlineData("limit=0", "limit must be a number from 1 to 9.")]
    [InlineData("limit=+1", "limit must be a number from 1 to 9.")]
    public void An_invalid_parameter_is_reported_with_its_name_first(string query, string detail)
    {
        var parameters = Read(query, "reason", "limit");
        parameters.Number("limit", 9);

        var problem = parameters.Problem!;
        Assert.Equal((422, "validation_error", detail), (problem.Status, problem.Name, problem.Detail));
        Assert.DoesNotContain("accepted", problem.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_without_parameters_says_so() => Assert.Equal("x is not a parameter; this call takes none.", Read("x=1").Problem?.Detail);

    [Theory]
    [InlineData("")]
    [InlineData("code=secret&clientId=default")]
    public void The_key_of_the_function_is_for_the_host_to_read(string query) => Assert.Null(Read(query).Problem);

    [Fact]
    public void Unknown_parameters_are_reported_up_to_a_hundred() =>
        Assert.Equal(100, Read(string.Join('&', Enumerable.Range(0, 1000).Select(i => $"x{i}=1")), "reason").Errors.Count);

    private static QueryParameters Read(string query, params string[] known) => new(new QueryCollection(QueryHelpers.ParseQuery(query)), known);
}
