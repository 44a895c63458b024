using MailFunctions.Client;
using MailFunctions.Client.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Client;

public sealed class OptionsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "BaseAddress is missing")]
    [InlineData("/api", "BaseAddress must")]
    [InlineData("http://mail.example.com/api", "BaseAddress must begin with https://, since its host is not this machine.")]
    [InlineData("ftp://127.0.0.1/api", "BaseAddress must begin with https://.")]
    [InlineData("https://user:password@mail.example.com/api", "BaseAddress must hold no user and no password")]
    [InlineData("https://mail.example.com/api?code=key", "BaseAddress must end with its path")]
    [InlineData("https://mail.example.com/api#top", "BaseAddress must end with its path")]
    public async Task A_wrong_address_stops_the_start_of_the_host(string? address, string fault)
    {
        Assert.Contains(fault, await FaultsAsync(options => options.BaseAddress = address is null ? null : new Uri(address, UriKind.RelativeOrAbsolute)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://mail.azurewebsites.net/api")]
    [InlineData("https://mail.azurewebsites.net/")]
    [InlineData("http://127.0.0.1:7071/api/")]
    [InlineData("http://localhost:7071/api")]
    public async Task A_valid_address_lets_the_host_start(string address) =>
        Assert.Equal("", await FaultsAsync(options => options.BaseAddress = new Uri(address)));

    [Fact]
    public async Task Invalid_options_are_all_reported_together_without_the_key()
    {
        var faults = await FaultsAsync(options =>
        {
            options.FunctionKey = "two words";
            options.ApiKey = "two words";
            options.Timeout = TimeSpan.Zero;
            options.MaxRetries = 21;
            options.FirstRetryDelay = TimeSpan.FromMinutes(2);
            options.MaxRetryDelay = TimeSpan.FromSeconds(1);
        });

        foreach (var name in (string[])["BaseAddress", "FunctionKey", "ApiKey", "Timeout", "MaxRetries", "FirstRetryDelay", "MaxRetryDelay"])
            Assert.Contains($"MailFunctionsClientOptions.{name} ", faults, StringComparison.Ordinal);
        Assert.DoesNotContain("two words", faults, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identity_needs_a_sender() => Assert.Contains(
        "IdentityEmailOptions.From is missing",
        await FaultsAsync(options => options.BaseAddress = new Uri("https://mail.example.com/api"), services => services.AddMailFunctionsIdentityEmails<object>(_ => { })),
        StringComparison.Ordinal);

    [Fact]
    public void The_client_itself_refuses_invalid_options_when_created_without_a_host()
    {
        using var http = new HttpClient();

        Assert.Throws<ArgumentException>(() => new MailFunctionsClient(http, new MailFunctionsClientOptions()));
    }

    private static async Task<string> FaultsAsync(Action<MailFunctionsClientOptions> configure, Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddMailFunctionsClient(configure);
        more?.Invoke(builder.Services);
        using var host = builder.Build();
        var thrown = await Record.ExceptionAsync(() => host.StartAsync(Cancel));
        return thrown is null ? "" : Assert.IsType<OptionsValidationException>(thrown).Message;
    }
}
