using System.Globalization;
using MailFunctions.Keys;
using MailFunctions.LocalHost.Children;
using MailFunctions.Mail;

namespace MailFunctions.LocalHost.Keys;

/// <summary>
/// Creates, lists and revokes API keys. The requested result goes to the output, all else to the error output, so that
/// a script can store a key.
/// </summary>
internal static class KeyCommand
{
    /// <returns>The exit code.</returns>
    /// <exception cref="CannotStartException">The request cannot be fulfilled.</exception>
    public static async Task<int> RunAsync(KeySwitches switches, IConfigurationManager configuration, StopSignals signals)
    {
        var cancellationToken = signals.Token;
        await using var surroundings = await Surroundings.EnsureStorageAloneAsync(LocalHostOptions.Read(configuration), configuration, Console.Error, signals);
        var desk = await ApiKeyAdministration.OpenAsync(configuration, cancellationToken);
        switch (switches.Action)
        {
            case "add":
                await AddAsync(desk, switches, cancellationToken);
                break;
            case "list":
                foreach (var key in await desk.ListAsync(cancellationToken))
                    Console.WriteLine(Line(key));
                break;
            default:
                if (!await desk.RevokeAsync(switches.Subject!, cancellationToken))
                    throw new CannotStartException("There is no key of this id; 'keys list' shows them.");
                Console.Error.WriteLine("Revoked: it is refused within 30 seconds.");
                break;
        }

        return 0;
    }

    private static async Task AddAsync(ApiKeyAdministration desk, KeySwitches switches, CancellationToken cancellationToken)
    {
        try
        {
            Console.WriteLine(await desk.AddAsync(switches.Subject!, switches.Senders, switches.Lanes, switches.Headers, switches.Expires, cancellationToken));
            Console.Error.WriteLine("Keep it now: it is not shown again.");
        }
        catch (ArgumentException refused)
        {
            throw new CannotStartException(refused.Message);
        }
    }

    private static string Line(ApiKeySummary key) => string.Join(
        "  ",
        key.Id,
        key.State.PadRight(7),
        key.CreatedAt.ToString("u", CultureInfo.InvariantCulture),
        key.ExpiresAt is { } end ? $"until {end.ToString("u", CultureInfo.InvariantCulture)}" : "without end",
        string.Join(',', key.Lanes.Select(LaneNames.Name)),
        key.Senders.Count == 0 ? "any allowed sender" : string.Join(',', key.Senders),
        key.Headers.Count == 0 ? key.Name : $"{string.Join(',', key.Headers)}  {key.Name}");
}
