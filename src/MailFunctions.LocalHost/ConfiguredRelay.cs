namespace MailFunctions.LocalHost;

/// <summary>Whether somebody has named a relay of their own, the only one or several.</summary>
internal static class ConfiguredRelay
{
    public static bool Exists(IConfiguration configuration)
    {
        var relay = configuration.GetSection("MailFunctions:Relay");
        return ((string[])["Url", "Host", "Preset"]).Any(setting => !string.IsNullOrWhiteSpace(relay[setting]))
            || configuration.GetSection("MailFunctions:Relays").GetChildren().Any();
    }
}
