namespace MailFunctions.Chaos;

/// <summary>Carries out a plan, round by round.</summary>
internal static class ChaosRun
{
    /// <param name="told">Gets a line for each disruption and each round.</param>
    /// <param name="cancellationToken">Ends the run; the report is of the rounds that were over by then.</param>
    /// <exception cref="OperationCanceledException">None was.</exception>
    public static async Task<ChaosReport> RunAsync(ChaosPlan plan, Action<string> told, CancellationToken cancellationToken)
    {
        var at = TimeProvider.System.GetUtcNow();
        var results = new List<RoundResult>();
        foreach (var round in plan.Rounds())
        {
            RoundResult result;
            try
            {
                result = await ChaosRound.RunAsync(round, told, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && results.Count > 0)
            {
                break;
            }

            results.Add(result);
            told(FormattableString.Invariant(
                $"Seed {round.Seed}: {result.Accepted} mails, {round.Kills} kills, {round.StorageStops} stops of storage in {result.Duration.TotalSeconds:0} s; {result.Lost.Count} lost, {result.Survivors.DuplicatesOutside} duplicates outside uncertain attempts, {result.Broken.Count} promises broken."));
        }

        return new ChaosReport(plan, results, at);
    }
}
