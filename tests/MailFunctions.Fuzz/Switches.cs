using System.Globalization;
using MailFunctions.Fuzz.Replies;
using MailFunctions.Fuzz.Requests;
using MailFunctions.Fuzz.Templates;

namespace MailFunctions.Fuzz;

/// <param name="Targets">By their names; each is made when it is its turn.</param>
/// <param name="Time">For each target, from its first case on.</param>
/// <param name="Cases">At most so many of each target; null for as many as the time allows.</param>
internal sealed record Switches(IReadOnlyList<FuzzTarget> Targets, TimeSpan Time, int Seed, int? Cases)
{
    public const string HelpText = """
        Tries what strangers may send: requests over all routes, replies of relays, templates. Each case follows from its
        seed alone; one that fails is printed with the command that repeats it. The exit code is 0 when none did.

          requests | replies | templates | all
          --seconds N   for each of them (60)
          --cases N     at most so many of each
          --seed N      of the first case; the next is one more (by chance)
          --help        says this
        """;

    private static readonly FuzzTarget[] Known =
    [
        new("requests", async cancellationToken => await RequestFuzz.StartAsync(cancellationToken)),
        new("replies", _ => Task.FromResult<IFuzz>(new ReplyFuzz())),
        new("templates", _ => Task.FromResult<IFuzz>(new TemplateFuzz())),
    ];

    /// <returns>Null when help was asked for.</returns>
    /// <exception cref="ArgumentException">A word or a switch is unknown or has no proper value.</exception>
    public static Switches? Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || args.Any(arg => arg is "--help" or "-h"))
            return null;
        var targets = args[0] == "all" ? Known : Known.Where(target => target.Name == args[0]).ToArray();
        if (targets.Length == 0)
            throw new ArgumentException($"'{args[0]}' is none of requests, replies, templates and all.");

        var switches = new Switches(targets, TimeSpan.FromMinutes(1), Random.Shared.Next(1, 1_000_000_000), null);
        for (var i = 1; i < args.Count; i += 2)
        {
            var number = i + 1 < args.Count && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                ? given
                : throw new ArgumentException($"{args[i]} takes a number; --help lists the switches.");
            switches = args[i] switch
            {
                "--seconds" => switches with { Time = TimeSpan.FromSeconds(number) },
                "--cases" => switches with { Cases = number },
                "--seed" => switches with { Seed = number },
                _ => throw new ArgumentException($"{args[i]} is no switch; --help lists them."),
            };
        }

        return switches;
    }
}
