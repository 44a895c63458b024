using MailFunctions.Smtp;

namespace MailFunctions.Tests.Smtp;

public sealed class ReturnPathsTests
{
    [Theory]
    [InlineData("shop@example.com", "bounces@bounce.example.com", "bounce.example.com")]
    [InlineData("shop@news.example.com", "returns@example.net", "example.net")]
    [InlineData("zoë@xn--bcher-kva.example", "b@xn--bcher-kva.example", "xn--bcher-kva.example")]
    public void A_domain_has_its_own_return_path_or_the_one_for_any(string sender, string path, string domain)
    {
        var paths = Read("example.com: bounces@Bounce.example.com", "Bücher.example:b@bücher.example", "* : returns@example.net");

        Assert.Equal((path, domain), (paths.Of(sender), paths.DomainOf(sender.Split('@')[1])));
    }

    [Fact]
    public void Without_an_entry_the_address_in_From_is_the_return_path()
    {
        var paths = Read("example.com: bounces@bounce.example.com");

        Assert.Equal(("shop@news.example.com", "news.example.com"), (paths.Of("shop@news.example.com"), paths.DomainOf("news.example.com")));
    }

    [Theory]
    [InlineData("bounces@example.com", "is no entry")]
    [InlineData("localhost: bounces@example.com", "'localhost' has no valid domain")]
    [InlineData("example.com: bounces", "'bounces' is no address")]
    [InlineData("example.com: Bounces <bounces@example.com>", "is no address")]
    [InlineData("example.com:", "'' is no address")]
    [InlineData("example.com: zoë@example.com", "has characters beyond ASCII before its @")]
    [InlineData("example.com: bounced@sandbox.test", "is a test address")]
    public void An_entry_that_is_wrong_stops_the_start_and_is_named(string entry, string fault)
    {
        var result = new ReturnPathOptionsValidator().Validate(null, Options(entry));

        var error = Assert.Single(result.Failures ?? []);
        Assert.StartsWith("MailFunctions:ReturnPath: ", error, StringComparison.Ordinal);
        Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_that_is_there_twice_stops_the_start() =>
        Assert.Equal(
            ["MailFunctions:ReturnPath: example.com is there twice."],
            new ReturnPathOptionsValidator().Validate(null, Options("example.com: a@example.com", "EXAMPLE.com: b@example.com")).Failures ?? []);

    private static ReturnPaths Read(params string[] entries) => ReturnPaths.Read(Options(entries));

    private static ReturnPathOptions Options(params string[] entries)
    {
        var options = new ReturnPathOptions();
        foreach (var entry in entries)
            options.ReturnPath.Add(entry);
        return options;
    }
}
