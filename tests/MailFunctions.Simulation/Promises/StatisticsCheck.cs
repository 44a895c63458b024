using System.Text.Json;
using MailFunctions.Api.Statistics;
using MailFunctions.Mail;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Compares the statistics with what the mails themselves say, and with the ends that the events name. The timer compiles them meanwhile.</summary>
internal sealed class StatisticsCheck(World world, Observer observer)
{
    /// <summary>
    /// A minute is compiled for the last time without a mark when it is half an hour old, and the timer may be late by minutes.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    /// <param name="mails"><c>GET emails/{id}</c> of every mail.</param>
    /// <returns>What differs to the end; null when all agrees.</returns>
    public async Task<string?> FindFaultAsync(IReadOnlyCollection<JsonElement> mails)
    {
        var expected = Expect(mails);
        for (var limit = world.Now + Patience; ;)
        {
            var found = await ReadAsync(expected.Keys);
            var difference = expected.Where(figure => found.GetValueOrDefault(figure.Key) != figure.Value)
                .Select(figure => $"{figure.Key} is {found.GetValueOrDefault(figure.Key)} instead of {figure.Value}").ToList();
            if (difference.Count == 0)
                return null;
            if (world.Now > limit)
                return $"The statistics differ from the mails: {string.Join(", ", difference)}.";
            await world.WaitAsync(TimeSpan.FromMinutes(1), null);
        }
    }

    private SortedDictionary<string, long> Expect(IReadOnlyCollection<JsonElement> mails)
    {
        var attempts = mails.SelectMany(mail => mail.GetProperty("attempts").EnumerateArray()).ToList();
        var outcomes = attempts.SelectMany(attempt => attempt.GetProperty("recipients").EnumerateArray()).CountBy(Status).ToDictionary();
        var states = observer.ReadEvents().CountBy(happened => happened.State.Name()).ToDictionary();
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["accepted"] = mails.Count,
            ["recipients"] = mails.Sum(mail => mail.GetProperty("recipients").GetArrayLength()),
            ["attempts"] = attempts.Count,
        };
        foreach (var outcome in (string[])["sent", "deferred", "rejected", "uncertain"])
            expected[outcome] = outcomes.GetValueOrDefault(outcome);
        foreach (var state in (string[])["sent", "partial", "failed", "uncertain", "dead", "expired", "canceled", "suppressed", "discarded"])
            expected[$"emails_{state}"] = states.GetValueOrDefault(state);
        return expected;
    }

    private async Task<Dictionary<string, long>> ReadAsync(IEnumerable<string> measures)
    {
        var (status, body) = await observer.Asked.CallAsync(
            "GET",
            "/api/statistics?dimension=total&granularity=day",
            request => observer.Asked.Get<StatisticsReader>().ReadAsync(request, CancellationToken.None));
        if (status != 200)
            throw new SimulationFault($"GET statistics was answered with {status}: {body}");
        var totals = body.GetProperty("totals");
        return totals.GetArrayLength() == 0 ? [] : measures.ToDictionary(measure => measure, measure => totals[0].GetProperty(measure).GetInt64());
    }

    private static string Status(JsonElement element) => element.GetProperty("status").GetString()!;
}
