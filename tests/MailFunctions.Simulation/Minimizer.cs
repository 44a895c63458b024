namespace MailFunctions.Simulation;

/// <summary>
/// Looks for the smallest scenario that still breaks a promise: with fewer mails, then without each kind of trouble. A smaller
/// scenario is another one, so each is tried with some seeds.
/// </summary>
internal static class Minimizer
{
    private const int SeedsEach = 6;

    /// <returns>Whether the scenario broke a promise at all.</returns>
    public static bool Run(Switches switches, TextWriter output)
    {
        if (FirstBroken(switches, 1) is not { } smallest)
        {
            output.WriteLine(FormattableString.Invariant($"minimize: seed {switches.Seed} with {switches.Mails} mails breaks no promise."));
            return false;
        }

        for (var isSmaller = true; isSmaller;)
        {
            isSmaller = false;
            foreach (var next in Smaller(smallest))
            {
                if (FirstBroken(next, SeedsEach) is not { } broken)
                    continue;
                smallest = broken;
                isSmaller = true;
                output.WriteLine($"minimize: {smallest.ToArguments()}");
                break;
            }
        }

        var result = smallest.Play(story: null);
        foreach (var fault in result.Broken)
            output.WriteLine($"BROKEN: {fault}");
        output.WriteLine(FormattableString.Invariant($"  again: dotnet run --project tests/MailFunctions.Simulation -- {smallest.ToArguments()} --steps"));
        return true;
    }

    private static IEnumerable<Switches> Smaller(Switches switches)
    {
        foreach (var mails in new[] { switches.Mails / 4, switches.Mails / 2, switches.Mails * 3 / 4 }.Where(mails => mails > 0 && mails < switches.Mails).Distinct())
            yield return switches with { Mails = mails };
        foreach (var trouble in Enum.GetValues<Trouble>().Where(trouble => int.PopCount((int)trouble) == 1 && !switches.Without.HasFlag(trouble)))
            yield return switches with { Without = switches.Without | trouble };
    }

    private static Switches? FirstBroken(Switches switches, int seeds)
    {
        for (var i = 0; i < seeds; i++)
        {
            var tried = switches with { Seed = unchecked(switches.Seed + i) & int.MaxValue };
            if (tried.Play(story: null).Broken.Count > 0)
                return tried;
        }

        return null;
    }
}
