namespace MailFunctions.Smtp.Relays;

/// <summary>The relays that a mail may go to. Mails of one route may share a connection.</summary>
/// <param name="Use">The use whose connections they go over.</param>
/// <param name="Lines">Never empty unless no relay is for such mail.</param>
internal sealed record RelayRoute(ConnectionUse Use, IReadOnlyList<RelayLine> Lines)
{
    /// <summary>
    /// Returns the lines in the order in which to try them: by chance and weight, those that match such mail before those
    /// for any, and last those of weight 0. Those for any are included only where mail may fall back to them
    /// (<see cref="RelaySelection"/>).
    /// </summary>
    public IEnumerable<RelayLine> InOrder(Random random) => Lines
        .Select(line => (Line: line, Chance: Chance(line.Relay.Weight, random)))
        .OrderBy(entry => entry.Line.Relay.Weight == 0)
        .ThenBy(entry => entry.Line.Relay.Match.IsAny)
        .ThenByDescending(entry => entry.Chance)
        .Select(entry => entry.Line);

    /// <summary>Sorting by this draws without replacement, each in proportion to its weight (Efraimidis and Spirakis, 2006).</summary>
    private static double Chance(int weight, Random random) => Math.Pow(random.NextDouble(), 1.0 / Math.Max(1, weight));
}
