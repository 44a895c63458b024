using System.Globalization;
using MailFunctions.Contracts;
using MailFunctions.Keys;
using MailFunctions.LocalHost.Children;

namespace MailFunctions.LocalHost.Keys;

/// <summary>
/// Creates, changes, lists and revokes API keys. The requested result goes to the output, all else to the error output, so
/// that a script can store a key.
/// </summary>
internal static class KeyCommand
{
    /// <returns>The exit code.</returns>
    /// <exception cref="CannotStartException">The request cannot be fulfilled.</exception>
    public static async Task<int> RunAsync(KeySwitches switches, IConfigurationManager configuration, StopSignals signals)
    {
        var cancellationToken = signals.Token;
        if (switches.Action == KeySwitches.MakeHash)
            return MakeHash(switches);
        await using var surroundings = await Surroundings.EnsureStorageAloneAsync(LocalHostOptions.Read(configuration), configuration, Console.Error, signals);
        var administration = await ApiKeyAdministration.OpenAsync(configuration, cancellationToken);
        try
        {
            await RunAsync(administration, switches, cancellationToken);
            return 0;
        }
        catch (ArgumentException refused)
        {
            throw new CannotStartException(refused.Message);
        }
    }

    /// <summary>Makes a first key for a deployment; there is no storage yet.</summary>
    private static int MakeHash(KeySwitches switches)
    {
        try
        {
            var (key, value) = ApiKeyAdministration.MakeFirst(switches.Named.GetValueOrDefault("rights")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? []);
            Console.WriteLine(value);
            Console.Error.WriteLine($"The key, which is not shown again: {key}");
            return 0;
        }
        catch (ArgumentException refused)
        {
            throw new CannotStartException(refused.Message);
        }
    }

    private static async Task RunAsync(ApiKeyAdministration administration, KeySwitches switches, CancellationToken cancellationToken)
    {
        switch (switches.Action)
        {
            case "add":
                var terms = new KeyTerms { Name = switches.Subject!, Rights = [KeyRight.Send, KeyRight.ReadOwn] };
                Console.WriteLine(await administration.AddAsync(Changed(terms, switches), cancellationToken));
                Console.Error.WriteLine("Keep it now: it is not shown again.");
                break;
            case "change":
                if (!await administration.ChangeAsync(switches.Subject!, standing => Changed(standing, switches), cancellationToken))
                    throw NoKey();
                Console.Error.WriteLine("Changed: every instance knows within 5 seconds.");
                break;
            case "list":
                foreach (var key in await administration.ListAsync(cancellationToken))
                    Console.WriteLine(Line(key));
                break;
            default:
                if (!await administration.RevokeAsync(switches.Subject!, switches.WithMade, cancellationToken))
                    throw NoKey();
                Console.Error.WriteLine("Revoked: it is refused within 5 seconds.");
                break;
        }
    }

    private static KeyTerms Changed(KeyTerms terms, KeySwitches switches)
    {
        return terms with
        {
            Name = switches.Named.GetValueOrDefault("name", terms.Name),
            Rights = List("rights", terms.Rights),
            Senders = List("senders", terms.Senders),
            Recipients = List("recipients", terms.Recipients),
            Lanes = List("lanes", terms.Lanes),
            Headers = List("headers", terms.Headers),
            Templates = List("templates", terms.Templates),
            Networks = List("networks", terms.Networks),
            Quotas = List("quotas", terms.Quotas),
            NotBefore = Time("not-before", terms.NotBefore),
            ExpiresAt = Time("expires", terms.ExpiresAt),
        };

        IReadOnlyList<string> List(string name, IReadOnlyList<string> otherwise) =>
            switches.Named.GetValueOrDefault(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? otherwise;

        DateTimeOffset? Time(string name, DateTimeOffset? otherwise) =>
            switches.Named.GetValueOrDefault(name) is not { } text ? otherwise : text.Length == 0 ? null : KeyTimes.Read(text, TimeProvider.System);
    }

    private static CannotStartException NoKey() => new("There is no key of this id; 'keys list' shows them.");

    private static string Line(ApiKeySummary key) => string.Join("  ", Words(key).OfType<string>());

    private static IEnumerable<string?> Words(ApiKeySummary key)
    {
        var terms = key.Terms;
        yield return key.Id;
        yield return key.State.PadRight(7);
        yield return Time(key.CreatedAt);
        yield return terms.NotBefore is { } begin ? $"from {Time(begin)}" : null;
        yield return terms.ExpiresAt is { } end ? $"until {Time(end)}" : "without end";
        yield return key.LastUsedAt is { } used ? $"used {Time(used)}" : "never used";
        yield return string.Join(',', terms.Rights);
        yield return string.Join(',', terms.Lanes);
        yield return $"from {string.Join(',', terms.Senders)}";
        yield return terms.Recipients.Count == 0 ? null : $"to {string.Join(',', terms.Recipients)}";
        yield return terms.Headers.Count == 0 ? null : $"headers {string.Join(',', terms.Headers)}";
        yield return terms.Templates.Count == 0 ? null : $"templates {string.Join(',', terms.Templates)}";
        yield return terms.Networks.Count == 0 ? null : $"networks {string.Join(',', terms.Networks)}";
        yield return terms.Quotas.Count == 0 ? null : $"quotas {string.Join(',', terms.Quotas)}";
        yield return key.MadeBy is { } maker ? $"made by {maker}" : null;
        yield return terms.Name;
    }

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
