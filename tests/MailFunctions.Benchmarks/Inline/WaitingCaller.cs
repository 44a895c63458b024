using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.Benchmarks.Sending;

namespace MailFunctions.Benchmarks.Inline;

/// <summary>Posts one mail after the other, and wants to know of each what became of it.</summary>
internal sealed class WaitingCaller : IDisposable
{
    private readonly HttpClient _client;
    private int _number;

    public WaitingCaller(Uri app)
    {
        _client = new HttpClient { BaseAddress = app };
        _client.DefaultRequestHeaders.Add("Prefer", "wait=10");
    }

    /// <returns>From the call until its answer.</returns>
    /// <exception cref="InvalidOperationException">The answer does not say that the mail is sent.</exception>
    public async Task<TimeSpan> PostAsync(CancellationToken cancellationToken)
    {
        var mail = new
        {
            from = SampleMail.Sender,
            to = new[] { FormattableString.Invariant($"r{_number++}@example.com") },
            subject = SampleMail.Subject,
            text = SampleMail.Text,
            html = SampleMail.Html,
        };
        var posted = TimeProvider.System.GetTimestamp();
        using var answer = await _client.PostAsJsonAsync(new Uri("api/emails", UriKind.Relative), mail, cancellationToken);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(posted);
        return answer.StatusCode == HttpStatusCode.OK && body.GetProperty("status").GetString() == "sent"
            ? took
            : throw new InvalidOperationException($"{(int)answer.StatusCode} {body}");
    }

    public void Dispose() => _client.Dispose();
}
