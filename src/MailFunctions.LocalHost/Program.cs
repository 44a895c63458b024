using MailFunctions;
using MailFunctions.Exporters;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Children;
using MailFunctions.LocalHost.Demo;
using MailFunctions.LocalHost.Domains;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.LocalHost.Keys;
using MailFunctions.LocalHost.Signing;
using MailFunctions.Triggers;

using var signals = new StopSignals();
try
{
    if (args is ["keys", .. var rest])
    {
        if (rest is [] or ["--help" or "-h" or "-?"])
        {
            Console.WriteLine(KeySwitches.Usage);
            return 0;
        }

        var keys = KeySwitches.Parse(rest);
        return await KeyCommand.RunAsync(keys, CreateBuilder(keys.Settings).Configuration, signals);
    }

    if (args is ["dkim", .. var names])
    {
        if (names is [] or ["--help" or "-h" or "-?"])
            Console.WriteLine(DkimSwitches.Usage);
        else
            DkimCommand.Run(DkimSwitches.Parse(names, TimeProvider.System.GetUtcNow()), Console.Out, Console.Error);
        return 0;
    }

    if (args is [CheckDomainCommand.Name, .. var others])
    {
        if (others is [] or ["--help" or "-h" or "-?"])
        {
            Console.WriteLine(CheckDomainCommand.Usage);
            return 0;
        }

        var (domain, given) = CheckDomainCommand.Parse(others);
        return await CheckDomainCommand.RunAsync(domain, CreateBuilder(given).Configuration, Console.Out, signals.Token);
    }

    if (args is [RotateCommand.Name, .. var settingsAlone])
        return await RotateCommand.RunAsync(CreateBuilder(Switches.Parse(settingsAlone).Settings).Configuration, signals);

    var switches = Switches.Parse(args);
    if (switches.Help)
    {
        Console.WriteLine(Switches.HelpText);
        return 0;
    }

    var builder = CreateBuilder(switches.Settings);
    var options = LocalHostOptions.Read(builder.Configuration);
    var settings = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"));
    var functions = Function.Discover(typeof(SubmitEmail).Assembly.GetTypes());
    SettingsCheck.Require(builder.Configuration);
    var demo = switches.Demo ? DemoMail.Read(builder.Configuration) : null;

    await FunctionHost.RequirePortAsync(options, signals.Token);
    await using var surroundings = await Surroundings.EnsureAsync(options, builder.Configuration, Console.Out, signals);
    builder.Services.AddMailFunctions(builder.Configuration);
    builder.Services.AddMailFunctionsTelemetry(builder.Configuration);
    await using var app = FunctionHost.Build(builder, functions, settings, options);
    await app.StartAsync(signals.Token);
    using var stop = signals.Token.Register(app.Lifetime.StopApplication);

    var endpoint = new FunctionsAddress(app.Urls.First(), settings.RoutePrefix, options.FunctionKey);
    Banner.Print(Console.Out, endpoint, surroundings, options);
    var isSent = demo is null || await DemoRun.RunAsync(demo, endpoint, surroundings.InboxPage, Console.Out, app.Lifetime.ApplicationStopping);
    if (switches.Exit)
        app.Lifetime.StopApplication();
    else
        Console.WriteLine("Ctrl-C ends it.");

    await app.WaitForShutdownAsync();
    return switches.Exit && !isSent ? 1 : 0;
}
catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
{
    return 0;
}
catch (Exception exception) when (StartFailure.Describe(exception) is { } sentence)
{
    Console.Error.WriteLine(sentence);
    return 1;
}

static WebApplicationBuilder CreateBuilder(IReadOnlyList<string> settings) => WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = [.. settings],
    ContentRootPath = AppContext.BaseDirectory,
    EnvironmentName = Environments.Development,
});
