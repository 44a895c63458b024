using System.Diagnostics;

namespace MailFunctions.Fuzz;

/// <summary>Tries one case after the other, until the time is over or one fails.</summary>
internal static class FuzzRun
{
    /// <summary>A run of fewer cases need not meet everything.</summary>
    private const int Whole = 100;

    /// <returns>Whether nothing was wrong.</returns>
    public static async Task<bool> RunAsync(FuzzTarget target, Switches switches, TextWriter output, CancellationToken cancellationToken)
    {
        await using var fuzz = await target.StartAsync(cancellationToken);
        var watch = Stopwatch.StartNew();
        var cases = 0;
        string? fault = null;
        while (fault is null && cases < (switches.Cases ?? int.MaxValue) && watch.Elapsed < switches.Time && !cancellationToken.IsCancellationRequested)
        {
            var some = Enumerable.Range(cases, Math.Min(fuzz.AtOnce, (switches.Cases ?? int.MaxValue) - cases)).Select(i => unchecked(switches.Seed + i) & int.MaxValue).ToList();
            cases += some.Count;
            var faults = await Task.WhenAll(some.Select(async seed => (Seed: seed, Fault: await TryAsync(fuzz, seed, cancellationToken))));
            if (faults.FirstOrDefault(one => one.Fault is not null) is { Fault: { } wrong, Seed: var seed })
                fault = $"{wrong}\n  again: dotnet run --project tests/MailFunctions.Fuzz -- {target.Name} --seed {seed} --cases 1";
        }

        fault ??= await fuzz.FinishAsync(cancellationToken);
        if (fault is null && cases >= Whole && fuzz.Expected.Where(outcome => !fuzz.Tally.Has(outcome)).ToList() is { Count: > 0 } never)
            fault = $"no case of {cases} came to {string.Join(", ", never)}: this tries nothing";
        await output.WriteLineAsync(FormattableString.Invariant($"{target.Name}: {cases} cases from seed {switches.Seed} in {watch.Elapsed.TotalSeconds:0} s: {fuzz.Tally}"));
        if (fault is not null)
            await output.WriteLineAsync($"{target.Name}: FAILED: {fault}");
        return fault is null;
    }

    private static async Task<string?> TryAsync(IFuzz fuzz, int seed, CancellationToken cancellationToken)
    {
        try
        {
            // On a thread of its own: a case that never ends its turn is seen, too.
            return await Task.Run(() => fuzz.TryAsync(seed, cancellationToken), cancellationToken).WaitAsync(fuzz.Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return FormattableString.Invariant($"not over after {fuzz.Patience.TotalSeconds} s");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return $"an exception: {exception}";
        }
    }
}
