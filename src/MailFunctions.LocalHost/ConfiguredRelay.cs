namespace MailFunctions.LocalHost;

/// <summary>Says whether the configuration names a relay, a single one or several.</summary>
internal static class ConfiguredRelay
{
    public static bool Exists(IConfiguration configuration)
    {
        var relay = configuration.GetSection("MailFunctions:Relay");
        return ((string[])["Url", "Host", "Preset"]).Any(setting => !string.IsNullOrWhiteSpace(relay[setting]))
            || configuration.GetSection("MailFunctions:Relays").GetChildren().Any();
    }
}
