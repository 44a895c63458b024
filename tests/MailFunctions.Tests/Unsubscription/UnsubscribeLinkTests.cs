using MailFunctions.Mail;

namespace MailFunctions.Tests.Unsubscription;

/// <summary>The text that stands for the link in bodies.</summary>
public sealed class UnsubscribeLinkTests
{
    private static readonly UnsubscribeLink Link = new("https://mail.example.com/api/u/AQAB", null);

    [Theory]
    [InlineData("""<a href="https://unsubscribe.invalid/">leave</a>""", """<a href="https://mail.example.com/api/u/AQAB">leave</a>""")]
    [InlineData("<a href='https://unsubscribe.invalid'>leave</a>", "<a href='https://mail.example.com/api/u/AQAB'>leave</a>")]
    [InlineData("Leave: HTTP://Unsubscribe.Invalid/.", "Leave: https://mail.example.com/api/u/AQAB.")]
    [InlineData("(https://unsubscribe.invalid/) and https://unsubscribe.invalid", "(https://mail.example.com/api/u/AQAB) and https://mail.example.com/api/u/AQAB")]
    [InlineData("https://unsubscribe.invalid/&nbsp;", "https://mail.example.com/api/u/AQAB&nbsp;")]
    [InlineData("no link", "no link")]
    public void The_placeholder_is_replaced_as_editors_write_it(string body, string expected)
    {
        Assert.True(UnsubscribeLink.CanFill(body));
        Assert.Equal(expected, Link.Fill(body));
    }

    [Theory]
    [InlineData("https://unsubscribe.invalid/?a=b")]
    [InlineData("https://unsubscribe.invalid/path")]
    [InlineData("https://unsubscribe.invalid.example.com/")]
    [InlineData("https://unsubscribe.invalid:443/")]
    [InlineData("https%3A%2F%2Funsubscribe.invalid%2F")]
    [InlineData("unsubscribe.invalid")]
    public void A_placeholder_that_is_part_of_something_else_is_noticed(string body)
    {
        Assert.True(UnsubscribeLink.IsMeantIn(body));
        Assert.False(UnsubscribeLink.CanFill(body));
    }
}
