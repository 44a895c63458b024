using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Registration;
using MailFunctions.Smtp.Signing;
using MailFunctions.Tests.Smtp.Signing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Intake;

public sealed class AllowedSendersTests
{
    [Theory]
    [InlineData("*", "ann@example.com", true)]
    [InlineData("example.com", "ann@example.com", true)]
    [InlineData("EXAMPLE.com", "ann@example.com", true)]
    [InlineData("bücher.example", "ann@xn--bcher-kva.example", true)]
    [InlineData("ann@example.com", "ann@example.com", true)]
    [InlineData("Ann@Example.com", "ann@example.com", true)]
    [InlineData("other.example, example.com", "ann@example.com", true)]
    [InlineData("jose\u0301@example.com", "jos\u00E9@example.com", true)]
    [InlineData("jos\u00E9@example.com", "jose\u0301@example.com", true)]
    [InlineData("ada@example.com", "\uFF41da@example.com", false)]
    [InlineData("", "ann@example.com", false)]
    [InlineData("example.com", "ann@sub.example.com", false)]
    [InlineData("example.com", "ann@notexample.com", false)]
    [InlineData("ann@example.com", "bob@example.com", false)]
    [InlineData("ann@example.com", "ann@example.org", false)]
    public void An_entry_allows_what_it_names(string entry, string sender, bool allowed)
    {
        Assert.True(AllowedSenders.TryParse([entry], out var senders, out _));
        Assert.True(AddressParser.TryParse(sender, out var address, out _));

        Assert.Equal(allowed, senders.Allows(address));
    }

    [Fact]
    public void No_sender_is_allowed_without_configuration()
    {
        using var provider = Provider([]);

        Assert.False(provider.GetRequiredService<AllowedSenders>().Allows(new EmailAddress("", "ann", "example.com")));
    }

    [Theory]
    [InlineData("MailFunctions:AllowedSenders:0", "MailFunctions:AllowedSenders:1", "example.org", "example.com")]
    [InlineData("MailFunctions:AllowedSenders", "Other", "example.org,example.com", "")]
    public void A_list_and_a_line_with_commas_configure_the_same(string first, string second, string firstValue, string secondValue)
    {
        using var provider = Provider(new() { [first] = firstValue, [second] = secondValue });

        Assert.True(provider.GetRequiredService<AllowedSenders>().Allows(new EmailAddress("", "ann", "example.com")));
    }

    [Theory]
    [InlineData("example")]
    [InlineData("*.example.com")]
    [InlineData("ann@")]
    [InlineData("@example.com")]
    [InlineData("Ann <ann@example.com>")]
    [InlineData("https://example.com")]
    public void An_entry_that_is_none_stops_the_start_and_is_named(string entry)
    {
        using var provider = Provider(new() { ["MailFunctions:AllowedSenders:0"] = "example.com", ["MailFunctions:AllowedSenders:1"] = entry });

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<IntakeOptions>>().Value);
        Assert.Contains($"'{entry}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MailFunctions:AllowedSenders", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ann@example.com", null)]
    [InlineData("ann@example.org", "MailFunctions:Dkim:Required")]
    public async Task Mail_that_would_go_unsigned_is_refused_where_set(string from, string? setting)
    {
        var options = TestKeys.Options(TestKeys.Key(TestKeys.RsaPem));
        options.Required = true;
        Assert.True(AllowedSenders.TryParse(["*"], out var senders, out _, SigningDomains.Read(options)));
        var mail = $$"""{"from":"{{from}}","to":"you@example.com","subject":"Hello","text":"Hello."}""";
        var alone = new EmailRequest(senders, EmailRequests.NoSandbox).Parse(await DocumentAsync(mail), EmailRequests.Now, RequestLookups.None);
        var batch = new BatchRequest(senders, EmailRequests.NoSandbox).Parse(await DocumentAsync($"[{mail}]"), new BatchTerms(Permissive: false), EmailRequests.Now, RequestLookups.None);

        Assert.Equal((setting is null, setting is null), (alone.Succeeded, batch.Succeeded));
        if (setting is not null)
        {
            Assert.Equal((403, "sender_not_allowed"), (alone.Problem!.Status, alone.Problem.Name));
            Assert.Contains(setting, alone.Problem.Detail, StringComparison.Ordinal);
            Assert.Equal(422, batch.Problem!.Status);
            var error = Assert.Single(batch.Problem.Errors);
            Assert.Equal("/0/from", error.Pointer);
            Assert.Contains(setting, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("From")]
    [InlineData("X-Order")]
    [InlineData("X-SES-*")]
    [InlineData("X-SMTPAPI: {}")]
    public void An_allowed_header_that_is_unneeded_or_forbidden_stops_the_start(string entry)
    {
        using var provider = Provider(new() { ["MailFunctions:AllowedHeaders"] = $"X-SMTPAPI,{entry}" });

        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<IntakeOptions>>().Value);
        Assert.Contains($"MailFunctions:AllowedHeaders: '{entry}'", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<RequestDocument> DocumentAsync(string json) => (await RequestDocument.ReadAsync(
        new MemoryStream(Encoding.UTF8.GetBytes(json)), "application/json", json.Length, EmailLimits.JsonValues, TestContext.Current.CancellationToken)).Value!;

    private static ServiceProvider Provider(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        services.AddSigning(configuration);
        services.AddIntake(configuration);
        return services.BuildServiceProvider();
    }
}
