using MailFunctions.TestPeers.App;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.App;

/// <summary>What the pipeline asks of the server and the logs of whatever host it is registered in.</summary>
public sealed class ServiceRegistrationTests
{
    [Fact]
    public async Task The_server_leaves_the_size_of_a_request_to_the_intake()
    {
        await using var services = Build();

        Assert.Null(services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.MaxRequestBodySize);
    }

    [Fact]
    public async Task The_addresses_of_requests_with_the_function_keys_in_them_are_not_logged()
    {
        await using var services = Build();

        var rules = services.GetRequiredService<IOptions<LoggerFilterOptions>>().Value.Rules;
        Assert.Contains(rules, rule => rule is { CategoryName: "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel: LogLevel.Warning });
    }

    /// <summary>The Functions worker makes each trigger's class anew from the container, which must have all that it takes.</summary>
    [Fact]
    public async Task The_container_has_what_every_trigger_takes()
    {
        await using var services = Build();
        var taken = TriggerFile.All.SelectMany(file => file.Services).Distinct();

        Assert.All(taken, name =>
        {
            var type = typeof(ServiceRegistration).Assembly.GetTypes().Single(type => type.Name == name);
            Assert.NotNull(services.GetService(type));
        });
    }

    private static ServiceProvider Build()
    {
        var configuration = TestSettings.Configuration((TestSettings.Storage, "UseDevelopmentStorage=true"), (TestSettings.Relay("Url"), TestSettings.NoRelay));
        return new ServiceCollection().AddLogging().AddMailFunctions(configuration).BuildServiceProvider(validateScopes: true);
    }
}
