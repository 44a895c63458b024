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
        response.StatusCode = Status;
        foreach (var header in message.Headers.Concat(message.Content.Headers).Where(header => !StorageForwarder.IsOfOneHop(header.Key)))
            response.Headers.Append(header.Key, header.Value.ToArray());
        await message.Content.CopyToAsync(response.Body, response.HttpContext.RequestAborted);
    }

    public void Dispose() => message.Dispose();
}
