using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MailFunctions.Benchmarks.Sending;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>Posts mails, by the thousand one call after the other, or one by one with 64 calls at a time.</summary>
internal sealed class Poster(IStack stack)
{
    private const int Batch = 1_000;
    private const int Concurrent = 64;

    private static readonly Uri Single = new("api/emails", UriKind.Relative);
    private static readonly Uri Batches = new("api/emails/batch", UriKind.Relative);

    private int _number;

    /// <summary>Returns when the last mail has arrived.</summary>
    /// <exception cref="InvalidOperationException">More arrived than were posted.</exception>
    public async Task<WholeRun> RunAsync(int mails, bool isBatched, CancellationToken cancellationToken)
    {
        var bodies = Bodies(mails, isBatched);
        var (app, storage) = stack.Cpu;
        var before = stack.Arrived;
        var arriving = stack.ReachAsync(before + mails, cancellationToken);
        var began = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            bodies,
            new ParallelOptions { MaxDegreeOfParallelism = isBatched ? 1 : Concurrent, CancellationToken = cancellationToken },
            async (body, token) => await PostAsync(isBatched ? Batches : Single, body, token));
        var accepted = TimeProvider.System.GetElapsedTime(began);
        var arrived = TimeProvider.System.GetElapsedTime(began, await arriving);
        if (stack.Arrived != before + mails)
            throw new InvalidOperationException($"{stack.Name}: {mails} mails were posted, and {stack.Arrived - before} arrived.");

        var after = stack.Cpu;
        return new WholeRun(mails, arrived.TotalSeconds, accepted.TotalSeconds, (after.App - app).TotalSeconds, (after.Storage - storage).TotalSeconds, stack.Memory);
    }

    private async Task PostAsync(Uri path, byte[] body, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await stack.Client.PostAsync(path, content, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{stack.Name}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Made before anything is measured.</summary>
    private List<byte[]> Bodies(int mails, bool isBatched)
    {
        var all = Enumerable.Range(0, mails).Select(_ => new
        {
            from = "Shop <shop@example.org>",
            to = new[] { FormattableString.Invariant($"r{_number++}@example.com") },
            subject = SampleMail.Subject,
            text = SampleMail.Text,
            html = SampleMail.Html,
            lane = isBatched ? "bulk" : "transactional",
        });
        return isBatched
            ? [.. all.Chunk(Batch).Select(emails => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { emails })))]
            : [.. all.Select(email => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(email)))];
    }
}

/// <summary>One round.</summary>
/// <param name="Seconds">From the first call until the last mail arrived.</param>
/// <param name="AcceptedSeconds">Until the last call was answered.</param>
/// <param name="AppCpuSeconds">Of the app's processes, while the last mails were still being recorded left out.</param>
/// <param name="Memory">Bytes that they held at the end.</param>
internal sealed record WholeRun(int Mails, double Seconds, double AcceptedSeconds, double AppCpuSeconds, double StorageCpuSeconds, long Memory);
