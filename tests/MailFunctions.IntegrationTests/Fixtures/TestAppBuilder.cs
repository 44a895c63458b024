using System.Collections.Immutable;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// Describes an app and its peers, and starts it: without a host, on the local host in this process, or as a process of
/// its own. Every call returns a changed copy, so that one description can start several apps.
/// </summary>
internal sealed record TestAppBuilder
{
    private const string ReplyTimeout = "00:00:05";

    /// <summary>What every app of the tests has, where a test says nothing else.</summary>
    private static readonly (string Name, string Value)[] Always =
        [(TestSettings.Relay("Url"), TestSettings.NoRelay), (TestSettings.Relay("Name"), "relay"), (TestSettings.NameServer, TestSettings.NoNameServer), .. TestSettings.QuickRetries];

    /// <summary>What an app in this process has besides; the local host has defaults of its own.</summary>
    private static readonly (string Name, string Value)[] InProcess =
        [(TestSettings.CreateMissing, "true"), (TestSettings.AllowedSenders, "*"), (TestSettings.Relay("ReplyTimeout"), ReplyTimeout)];

    private ImmutableArray<(string Name, string Value)> Settings { get; init; } = [];

    private ImmutableArray<Action<IServiceCollection>> Changes { get; init; } = [];

    /// <summary>The same app on this storage account.</summary>
    public TestAppBuilder On(string connectionString) => With(TestSettings.Storage, connectionString);

    /// <param name="settings">By names without prefix, such as PerMinute.</param>
    public TestAppBuilder WithRelay(ScriptedSmtpServer relay, params IEnumerable<(string Name, string Value)> settings) =>
        WithRelayAt(TestSettings.RelayUrl(relay.Port), settings);

    /// <param name="settings">By names without prefix, such as PerMinute.</param>
    public TestAppBuilder WithRelayAt(string url, params IEnumerable<(string Name, string Value)> settings) =>
        With(TestSettings.Relay("Url"), url).With(settings.Select(setting => (TestSettings.Relay(setting.Name), setting.Value)));

    /// <summary>One of several relays.</summary>
    /// <param name="settings">By names without prefix, such as Weight.</param>
    public TestAppBuilder WithRelay(string name, ScriptedSmtpServer relay, params IEnumerable<(string Name, string Value)> settings) =>
        With(TestSettings.Relay("Url"), "").With(
            [
                (TestSettings.Relay(name, "Url"), TestSettings.RelayUrl(relay.Port)),
                (TestSettings.Relay(name, "ReplyTimeout"), ReplyTimeout),
                .. settings.Select(setting => (TestSettings.Relay(name, setting.Name), setting.Value)),
            ]);

    public TestAppBuilder With(string setting, string value) => With((setting, value));

    public TestAppBuilder With(params IEnumerable<(string Name, string Value)> settings) => this with { Settings = Settings.AddRange(settings) };

    /// <summary>The clock of everything but storage, whose time the ids of mails are minted from.</summary>
    public TestAppBuilder WithClock(TimeProvider clock) => WithService(clock);

    /// <summary>An instance in place of what is registered.</summary>
    public TestAppBuilder WithService<T>(T service)
        where T : class => this with { Changes = Changes.Add(services => services.Replace(ServiceDescriptor.Singleton(service))) };

    /// <summary>Starts it without a host: the test takes the place of the queue listener and the timers.</summary>
    public async Task<TestApp> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(Configuration());
        var logs = new LogLines();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(logs).AddFilter<LogLines>(_ => true);
        Register(builder.Services, builder.Configuration);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(host, logs);
    }

    /// <summary>Starts these triggers of it on the local host, in this process.</summary>
    public Task<RunningFunctions> ServeAsync(IReadOnlyList<Type> triggers, HostSettings? settings = null, LocalHostOptions? options = null)
    {
        var configuration = Configuration();
        return RunningFunctions.StartAsync(triggers, services => Register(services, configuration), settings, options, configuration);
    }

    /// <summary>What starts it on the local host as a process of its own.</summary>
    public AppProcessOptions ToProcess()
    {
        var settings = Always.Concat(Settings).GroupBy(setting => setting.Name).ToDictionary(setting => setting.Key, setting => setting.Last().Value);
        settings.Remove(TestSettings.Storage, out var storage);
        settings.Remove(TestSettings.Relay("Url"), out var relay);
        return new AppProcessOptions
        {
            Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
            StorageConnectionString = storage!,
            RelayUrl = relay!,
            Settings = settings,
            Patience = Hang.After,
        };
    }

    private IConfiguration Configuration() => TestSettings.Configuration(Always.Concat(InProcess).Concat(Settings).Select(setting => (setting.Name, (string?)setting.Value)));

    private void Register(IServiceCollection services, IConfiguration configuration)
    {
        services.AddMailFunctions(configuration);
        foreach (var change in Changes)
            change(services);
    }
}
