using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Tests.Smtp;

/// <summary>Relays as their options make them.</summary>
internal static class Relays
{
    public static RelayOptions To(ScriptedSmtpServer server) => new() { Name = "relay", Url = TestSettings.RelayUrl(server.Port) };

    public static Relay Read(RelayOptions options) => Read(new RelaysOptions { Relay = options })[0];

    public static IReadOnlyList<Relay> Read(RelaysOptions options)
    {
        var errors = new List<string>();
        var relays = RelayList.Read(options, errors);
        Assert.Empty(errors);
        return relays;
    }

    public static RelaysOptions Several(params IEnumerable<(string Name, RelayOptions Options)> relays)
    {
        var options = new RelaysOptions();
        foreach (var (name, relay) in relays)
            options.Relays[name] = relay;
        return options;
    }
}
