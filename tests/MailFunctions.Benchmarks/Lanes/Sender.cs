using System.Net.Http.Json;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>Posts transactional mails one after the other, and measures the time of each until the relay accepts it.</summary>
/// <param name="pause">The longest; by chance, so that no rhythm of the app's own meets another.</param>
internal sealed class Sender(HttpClient client, Sink sink, TimeSpan pause)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private int _number;

    public async Task<Round> SendAsync(int mails, CancellationToken cancellationToken)
    {
        var accepted = new List<TimeSpan>(mails);
        var sent = new List<TimeSpan>(mails);
        for (var i = 0; i < mails; i++)
        {
            var recipient = FormattableString.Invariant($"t{_number++}@example.com");
            var arrival = sink.ExpectAsync(recipient);
            var posted = TimeProvider.System.GetTimestamp();
            using var answer = await client.PostAsJsonAsync(
                new Uri("api/emails", UriKind.Relative),
                new { from = "shop@example.org", to = new[] { recipient }, subject = "Your code", text = "4711" },
                cancellationToken);
            answer.EnsureSuccessStatusCode();
            accepted.Add(TimeProvider.System.GetElapsedTime(posted));
            sent.Add(TimeProvider.System.GetElapsedTime(posted, await arrival.WaitAsync(Patience, cancellationToken)));
            await Task.Delay(pause * Random.Shared.NextDouble(), TimeProvider.System, cancellationToken);
        }

        return new Round(new Figures(accepted), new Figures(sent));
    }
}

/// <param name="Accepted">From POST to the 202.</param>
/// <param name="Sent">From POST to the relay's acceptance of the final dot.</param>
internal sealed record Round(Figures Accepted, Figures Sent)
{
    public static Round OfAll(params IReadOnlyCollection<Round> rounds) =>
        new(Figures.OfAll(rounds.Select(round => round.Accepted)), Figures.OfAll(rounds.Select(round => round.Sent)));
}
