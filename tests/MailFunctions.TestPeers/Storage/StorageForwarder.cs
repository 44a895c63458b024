using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MailFunctions.TestPeers.Storage;

/// <summary>Sends a request on as it came: same target, same host, same headers.</summary>
internal sealed class StorageForwarder(StorageAccount backend) : IDisposable
{
    /// <summary>What concerns one connection only (RFC 9110 section 7.6.1), and what the two stacks settle by themselves.</summary>
    private static readonly HashSet<string> OfOneHop =
        new(StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Host", "Upgrade", "TE", "Trailer" };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,

        // Shorter than the five seconds after which Azurite closes an idle connection, perhaps under a request.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
    });

    /// <param name="request">The client's.</param>
    /// <param name="service">Where it came in.</param>
    /// <param name="body">Its body.</param>
    /// <param name="buffers">Whether the answer is read whole, into <see cref="ForwardedAnswer.Text"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ForwardedAnswer> SendAsync(HttpRequest request, StorageService service, StorageBody body, bool buffers, CancellationToken cancellationToken)
    {
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), Target(request, service)) { Content = body.ToContent() };
        foreach (var header in request.Headers.Where(header => !OfOneHop.Contains(header.Key)))
        {
            if (!forwarded.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable()))
                forwarded.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        forwarded.Headers.Host = request.Host.Value;
        var answer = await _client.SendAsync(forwarded, cancellationToken);
        return new ForwardedAnswer(answer, buffers ? await answer.Content.ReadAsStringAsync(cancellationToken) : null);
    }

    public void Dispose() => _client.Dispose();

    internal static bool IsOfOneHop(string header) => OfOneHop.Contains(header);

    /// <summary>The target octet by octet: a path that was tidied up would not fit its signature.</summary>
    private Uri Target(HttpRequest request, StorageService service)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var authority = backend.Endpoints[service].GetLeftPart(UriPartial.Authority);
        return new Uri(authority + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
