using MailFunctions.Api.Emails;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Tests.Api.Emails;

public sealed class WaitPreferenceTests
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("Wait = 7", 7)]
    [InlineData("wait=\"5\"", 5)]
    [InlineData("respond-async, wait=3; foo=bar", 3)]
    [InlineData("wait=4, wait=9", 4)]
    [InlineData("wait=30", 30)]
    [InlineData("wait=3600", 30)]
    public void The_preference_is_the_seconds_to_wait_and_at_most_30(string header, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WaitPreference.Of(Request(header)));

    [Theory]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=0")]
    [InlineData("wait=-1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=99999999999")]
    [InlineData("waiting=5")]
    [InlineData("return=minimal")]
    [InlineData(",,;=,")]
    public void A_header_without_a_valid_wait_preference_counts_as_none(string header) => Assert.Null(WaitPreference.Of(Request(header)));

    [Fact]
    public void The_first_of_several_headers_counts()
    {
        var request = Request("return=minimal");
        request.Headers.Append("Prefer", "wait=2");
        request.Headers.Append("Prefer", "wait=8");

        Assert.Equal(TimeSpan.FromSeconds(2), WaitPreference.Of(request));
    }

    private static HttpRequest Request(string header)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = header;
        return request;
    }
}
