using MailFunctions.Telemetry;

namespace MailFunctions.Tests.Telemetry;

public sealed class DomainClassTests
{
    [Theory]
    [InlineData("gmail.com", "gmail")]
    [InlineData("GoogleMail.com", "gmail")]
    [InlineData("hotmail.co.uk", "microsoft")]
    [InlineData("live.nl", "microsoft")]
    [InlineData("outlook.com", "microsoft")]
    [InlineData("yahoo.com.br", "yahoo")]
    [InlineData("icloud.com", "apple")]
    [InlineData("example.com", "other")]
    [InlineData("live.example.com", "other")]
    [InlineData("notgmail.com", "other")]
    [InlineData("gmail.com.example.org", "other")]
    [InlineData("xn--bcher-kva.example", "other")]
    [InlineData("", "other")]
    public void A_domain_has_the_class_of_whose_name_it_bears(string domain, string expected) => Assert.Equal(expected, DomainClass.Of(domain));
}
