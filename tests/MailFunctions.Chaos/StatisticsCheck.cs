using System.Diagnostics;
using System.Text.Json;

namespace MailFunctions.Chaos;

/// <summary>Holds the statistics against what the mails themselves say.</summary>
internal static class StatisticsCheck
{
    /// <summary>A row that was written long after its claim is counted when its minute is looked at again, five minutes old.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <param name="mails">GET emails/{id} of every mail.</param>
    /// <returns>What the statistics say otherwise to the end; null when they come to agree.</returns>
    public static async Task<string?> FindFaultAsync(HttpClient client, IReadOnlyCollection<JsonElement> mails, CancellationToken cancellationToken)
    {
        var expected = ExpectedStatistics.Of(mails);
        using var compiled = await client.PostAsync(new Uri("admin/functions/CompileStatistics", UriKind.Relative), null, cancellationToken);
        compiled.EnsureSuccessStatusCode();
        var asked = Stopwatch.GetTimestamp();
        while (true)
        {
            var found = ExpectedStatistics.Describe(await TotalAsync(client, cancellationToken), expected.Keys);
            if (found == ExpectedStatistics.Describe(expected))
                return null;
            if (Stopwatch.GetElapsedTime(asked) > Patience)
                return $"The statistics say {found}, and should say {ExpectedStatistics.Describe(expected)}.";
            await Task.Delay(LookAgain, cancellationToken);
        }
    }

    private static async Task<JsonElement?> TotalAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var text = await client.GetStringAsync(new Uri("api/statistics?dimension=total&granularity=day", UriKind.Relative), cancellationToken);
        var totals = JsonDocument.Parse(text).RootElement.GetProperty("totals");
        return totals.GetArrayLength() == 0 ? null : totals[0];
    }
}
