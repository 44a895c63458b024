using System.Globalization;
using MailFunctions.Simulation.Outside;

namespace MailFunctions.Simulation;

/// <param name="Seed">Of the first scenario; the next is one more.</param>
/// <param name="Time">How long scenarios are begun; zero for exactly one.</param>
/// <param name="Mails">In each scenario.</param>
/// <param name="Without">What is left out.</param>
/// <param name="Minimize">Looks for a smaller scenario that breaks a promise.</param>
/// <param name="Replays">How often each is replayed, to compare the hashes.</param>
internal sealed record Switches(int Seed, TimeSpan Time, int Mails, int Replays, bool Steps, string? Mail, PlantedFault Planted, Trouble Without, bool Minimize)
{
    public const string HelpText = """
        Runs the app with simulated time, storage, relay and processes. A scenario follows from its seed alone: mails, kills,
        faults, and every order in which things happen. Then the promises are checked. The exit code is 0 when all were kept,
        1 when one was broken (the command that replays it is printed), 2 when the simulation itself could not go on.

          --seed N      of the first scenario; the next is one more (by chance)
          --seconds N   how long scenarios are begun (0: one scenario)
          --mails N     in each scenario (500)
          --steps       tells every step of one scenario in words
          --mail TEXT   with --steps: only the steps that contain the text, such as an id or a sender
          --without X,Y leaves out kills, storage, relay, clocks, poison, persons: faults of storage and of the relay, wrong
                        clocks, messages that always fail, what callers and operators decide later
          --minimize N  looks for the smallest scenario, from seed N on, that still breaks a promise, and prints its command
          --replays N   runs each scenario so often again, and compares the hashes of all steps (0)
          --planted X   puts a fault into the app on the way to storage:
        """;

    /// <returns>Null when help was asked for.</returns>
    /// <exception cref="ArgumentException">A switch is unknown or has no proper value.</exception>
    public static Switches? Parse(IReadOnlyList<string> args)
    {
        var switches = new Switches(Random.Shared.Next(1, 1_000_000_000), TimeSpan.Zero, 500, 0, Steps: false, Mail: null, PlantedFault.None, Trouble.None, Minimize: false);
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    return null;
                case "--steps":
                    switches = switches with { Steps = true };
                    break;
                case "--mail":
                    switches = switches with { Steps = true, Mail = Text(args, ++i) };
                    break;
                case "--planted":
                    var name = Text(args, ++i);
                    switches = switches with { Planted = PlantedFault.All.FirstOrDefault(fault => fault.Name == name) ?? throw new ArgumentException($"'{name}' is no fault that can be planted; --help lists them.") };
                    break;
                case "--seed":
                    switches = switches with { Seed = Number(args, ++i) };
                    break;
                case "--minimize":
                    switches = switches with { Seed = Number(args, ++i), Minimize = true };
                    break;
                case "--without":
                    switches = switches with { Without = Text(args, ++i).Split(',').Aggregate(Trouble.None, (sum, word) => sum | TroubleOf(word)) };
                    break;
                case "--seconds":
                    switches = switches with { Time = TimeSpan.FromSeconds(Number(args, ++i)) };
                    break;
                case "--mails":
                    switches = switches with { Mails = Math.Max(1, Number(args, ++i)) };
                    break;
                case "--replays":
                    switches = switches with { Replays = Number(args, ++i) };
                    break;
                default:
                    throw new ArgumentException($"{args[i]} is no switch; --help lists them.");
            }
        }

        return switches;
    }

    public ScenarioResult Play(Action<string>? story) => new Scenario(this, story).Run();

    /// <summary>What repeats the scenario.</summary>
    public string ToArguments()
    {
        var without = Without == Trouble.None ? "" : $" --without {Without.ToString().Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()}";
        var planted = Planted == PlantedFault.None ? "" : $" --planted {Planted.Name}";
        return string.Create(CultureInfo.InvariantCulture, $"--seed {Seed} --mails {Mails}{without}{planted}");
    }

    private static Trouble TroubleOf(string word) => Enum.TryParse<Trouble>(word, ignoreCase: true, out var trouble)
        ? trouble
        : throw new ArgumentException($"'{word}' is nothing that can be left out; --help lists what is.");

    private static string Text(IReadOnlyList<string> args, int at) => at < args.Count ? args[at] : throw new ArgumentException($"{args[at - 1]} takes a value.");

    private static int Number(IReadOnlyList<string> args, int at) =>
        int.TryParse(Text(args, at), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new ArgumentException($"{args[at - 1]} takes a number.");
}
