using MailFunctions.Exporters;
using Microsoft.Extensions.Options;

namespace MailFunctions.LocalHost;

/// <summary>Checks the pipeline's settings first, so that nothing is started for a run that they would stop later.</summary>
internal static class SettingsCheck
{
    /// <exception cref="OptionsValidationException">The errors, one sentence each.</exception>
    public static void Require(IConfiguration configuration)
    {
        var complete = new ConfigurationBuilder().AddConfiguration(configuration);
        if (!ConfiguredRelay.Exists(configuration))
            complete.AddInMemoryCollection([new("MailFunctions:Relay:Url", "smtp://127.0.0.1:25?starttls=none")]);

        var services = new ServiceCollection().AddLogging();
        services.AddMailFunctions(complete.Build());
        services.AddMailFunctionsTelemetry(configuration);
        using var provider = services.BuildServiceProvider();
        provider.GetService<IStartupValidator>()?.Validate();
    }
}
