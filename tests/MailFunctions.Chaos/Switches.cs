using System.Globalization;

namespace MailFunctions.Chaos;

/// <param name="ReportFile">Where the report is kept; null for nowhere.</param>
internal sealed record Switches(ChaosPlan Plan, string? ReportFile)
{
    public const string HelpText = """
        Sends mail through a relay that refuses, stalls and drops, kills the app and stops its storage meanwhile, and
        counts what became of it. The exit code is 0 when every promise was kept.

          --mails N       mails to be promised (2000)
          --kills N       SIGKILLs of the app (8)
          --stops N       stops of storage (half as many as kills)
          --batch N       mails posted in one call (1)
          --processes N   app processes on the one storage (1)
          --connections N the relay's cap on connections, at least 2 a process (20)
          --per-second N  mails that the relay takes within any second (0: no limit)
          --per-minute N  the same for any minute (0: no limit)
          --seed N        what all choices follow from (by chance)
          --report FILE   replaces the last report in a Markdown file
          --logs FOLDER   keeps what the app processes say
          --help          says this
        """;

    /// <returns>Null when help was asked for.</returns>
    /// <exception cref="ArgumentException">A switch is unknown or has no proper value.</exception>
    public static Switches? Parse(IReadOnlyList<string> args)
    {
        var plan = new ChaosPlan { Seed = Random.Shared.Next(1, 1_000_000) };
        int? stops = null;
        string? report = null;
        for (var i = 0; i < args.Count; i += 2)
        {
            if (args[i] is "--help" or "-h")
                return null;
            var value = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException($"{args[i]} lacks its value; --help lists the switches.");
            switch (args[i])
            {
                case "--mails": plan = plan with { Mails = Number(1, 1_000_000) }; break;
                case "--kills": plan = plan with { Kills = Number(0, 10_000) }; break;
                case "--stops": stops = Number(0, 10_000); break;
                case "--batch": plan = plan with { Batch = Number(1, 1_000) }; break;
                case "--processes": plan = plan with { Processes = Number(1, 10) }; break;
                case "--connections": plan = plan with { MaxConnections = Number(2, 1_000) }; break;
                case "--per-second": plan = plan with { PerSecond = Number(0, 10_000) }; break;
                case "--per-minute": plan = plan with { PerMinute = Number(0, 1_000_000) }; break;
                case "--seed": plan = plan with { Seed = Number(0, int.MaxValue / 2) }; break;
                case "--logs": plan = plan with { LogFolder = value }; break;
                case "--report": report = value; break;
                default: throw new ArgumentException($"{args[i]} is no switch; --help lists them.");
            }

            int Number(int least, int most) =>
                int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                    ? number
                    : throw new ArgumentException(FormattableString.Invariant($"{args[i]} is '{value}'; it takes {least} to {most}."));
        }

        return new Switches(plan with { StorageStops = stops ?? plan.Kills / 2 }, report);
    }
}
