using Microsoft.AspNetCore.Http;

namespace MailFunctions.TestPeers.Storage;

/// <summary>What storage answered, on its way to the client or not.</summary>
/// <param name="message">As it came.</param>
/// <param name="text">Its body, where it was read whole.</param>
internal sealed class ForwardedAnswer(HttpResponseMessage message, string? text) : IDisposable
{
    public int Status => (int)message.StatusCode;

    public string? Text => text;

    public async Task CopyToAsync(HttpResponse response)
    {
        CopyHead(response);
        await message.Content.CopyToAsync(response.Body, response.HttpContext.RequestAborted);
    }

    /// <summary>Copies so many octets of the body, and then goes on after a while, or never.</summary>
    /// <param name="hold">Completes when the rest may follow; null drops the connection.</param>
    public async Task CopyToAsync(HttpResponse response, long octets, Func<Task>? hold)
    {
        CopyHead(response);
        var gone = response.HttpContext.RequestAborted;
        await using var body = await message.Content.ReadAsStreamAsync(gone);
        var buffer = new byte[16 * 1024];
        while (octets > 0 && await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(octets, buffer.Length)), gone) is var read and > 0)
        {
            octets -= read;
            await response.Body.WriteAsync(buffer.AsMemory(0, read), gone);
        }

        await response.Body.FlushAsync(gone);
        if (hold is null)
        {
            response.HttpContext.Abort();
            return;
        }

        await hold();
        await body.CopyToAsync(response.Body, gone);
    }

    private void CopyHead(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var header in message.Headers.Concat(message.Content.Headers).Where(header => !StorageForwarder.IsOfOneHop(header.Key)))
            response.Headers.Append(header.Key, header.Value.ToArray());
    }

    public void Dispose() => message.Dispose();
}
