using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace MailFunctions.Chaos;

/// <summary>Those who post mail, each mail again and again until it is promised.</summary>
internal sealed class Callers(ChaosPlan plan, AppFleet fleet, FaultyRelay relay)
{
    private static readonly TimeSpan BeforePostingAgain = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private int _next;
    private int _posted;
    private int _unanswered;
    private int _refused;

    /// <summary>The senders of mails with a 202, by the id that it gave.</summary>
    public ConcurrentDictionary<string, string> Promised { get; } = new(StringComparer.Ordinal);

    public int Posted => Volatile.Read(ref _posted);

    /// <summary>Posts that got no answer: each may have been accepted.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Posts that were answered with something else than 202.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, plan.Posters).Select(_ => PostSomeAsync(cancellationToken)));

    private async Task PostSomeAsync(CancellationToken cancellationToken)
    {
        for (var first = Take(); first < plan.Mails; first = Take())
        {
            while (Promised.Count - relay.Met > plan.Backlog)
                await Task.Delay(LookAgain, cancellationToken);
            var numbers = Enumerable.Range(first, Math.Min(plan.Batch, plan.Mails - first)).ToList();
            for (var post = 0; !await PostAsync(numbers.ConvertAll(number => new ChaosMail(number, post)), cancellationToken); post++)
                await Task.Delay(BeforePostingAgain, cancellationToken);
        }

        int Take() => Interlocked.Add(ref _next, plan.Batch) - plan.Batch;
    }

    private async Task<bool> PostAsync(IReadOnlyList<ChaosMail> mails, CancellationToken cancellationToken)
    {
        var client = await fleet.ClientAsync(cancellationToken);
        Interlocked.Increment(ref _posted);
        try
        {
            var json = mails.Select(mail => mail.ToJson(plan.Choice));
            using var body = new StringContent(plan.Batch == 1 ? json.Single() : $"[{string.Join(',', json)}]", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri(plan.Batch == 1 ? "api/emails" : "api/emails/batch", UriKind.Relative), body, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                using var promise = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
                var promised = plan.Batch == 1 ? [promise.RootElement] : promise.RootElement.GetProperty("data").EnumerateArray().ToArray();
                foreach (var (mail, accepted) in mails.Zip(promised))
                    Promised[accepted.GetProperty("id").GetString()!] = mail.Sender;
                return true;
            }

            if ((int)answer.StatusCode < 500)
                throw new InvalidOperationException($"A post was refused with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            Interlocked.Increment(ref _refused);
            return false;
        }
        catch (Exception exception) when (IsNoAnswer(exception) && !cancellationToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _unanswered);
            return false;
        }
    }

    /// <summary>The process died, or took longer than a caller waits.</summary>
    private static bool IsNoAnswer(Exception exception) =>
        exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException;
}
