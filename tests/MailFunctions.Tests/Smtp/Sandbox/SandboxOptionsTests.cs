using MailFunctions.Smtp.Sandbox;
using MailFunctions.Tests.Docs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Smtp.Sandbox;

public sealed class SandboxOptionsTests
{
    [Theory]
    [InlineData("MailFunctions:Sandbox", "true", "is a section")]
    [InlineData("MailFunctions:Sandbox:Enable", "true", "Enable is no setting")]
    [InlineData("MailFunctions:Sandbox:DivertTo", "me@example.com", "Enabled is not set")]
    [InlineData("MailFunctions:Sandbox:Allow:0", "example.com", "Enabled is not set")]
    [InlineData("MailFunctions:Sandbox:Enabled", "", "Enabled")]
    [InlineData("MailFunctions:Sandbox:Enabled", "yes", "Enabled")]
    [InlineData("MailFunctions:Sandbox:Enabled", "1", "Enabled")]
    public void Ambiguous_sandbox_settings_stop_the_start(string setting, string value, string expected)
    {
        var failure = Assert.ThrowsAny<Exception>(() => Validate(new() { [setting] = value }));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DivertTo", "example.com")]
    [InlineData("DivertTo", "Me <me@example.com>")]
    [InlineData("DivertTo", "delivered@sandbox.test")]
    [InlineData("DivertTo", "a@example.com,b@example.com")]
    [InlineData("Allow:0", "*.example.com")]
    [InlineData("Allow", "example.com, ,nonsense")]
    public void An_address_that_is_none_stops_the_start(string setting, string value)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Validate(new() { ["MailFunctions:Sandbox:Enabled"] = "true", [$"MailFunctions:Sandbox:{setting}"] = value }));

        Assert.Contains($"MailFunctions:Sandbox:{setting.Split(':')[0]}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sandbox_is_off_without_settings() => Assert.False(Validate([]).Enabled);

    [Fact]
    public void A_list_and_a_line_with_commas_allow_the_same()
    {
        var options = Validate(new() { ["MailFunctions:Sandbox:Enabled"] = "True", ["MailFunctions:Sandbox:Allow"] = "a@example.com,b@example.com", ["MailFunctions:Sandbox:DivertTo"] = "inbox@example.com" });

        Assert.True(options.Enabled);
        Assert.Equal(["a@example.com,b@example.com"], options.Allow);
        Assert.Equal("inbox@example.com", options.DivertTo);
    }

    [Fact]
    public void The_documented_test_addresses_are_those_that_there_are()
    {
        var rows = RepositoryFile.TableRows(RepositoryFile.Read("docs/api.md"), "Sandbox and test addresses").Select(row => row[0].Trim('`'));

        Assert.Equal(Enum.GetValues<Course>(), rows.Select(mailbox => Assert.NotNull(TestAddress.CourseOf(mailbox))));
        Assert.All(rows, mailbox => Assert.True(TestAddress.Is(mailbox)));
    }

    private static SandboxOptions Validate(Dictionary<string, string?> settings)
    {
        settings["MailFunctions:Relay:Url"] = "smtp://127.0.0.1:2525?starttls=none";
        var services = new ServiceCollection().AddLogging();
        services.AddMailFunctions(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        return provider.GetRequiredService<IOptions<SandboxOptions>>().Value;
    }
}
