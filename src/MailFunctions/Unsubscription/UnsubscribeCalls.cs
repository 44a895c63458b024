using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Unsubscription;

/// <summary>
/// The address in unsubscribe links, open to anyone: <c>GET u/{token}</c> shows the page and never acts, since programs that
/// look for harmful links open it; <c>POST u/{token}</c> acts (RFC 8058). No answer says whether a token is known.
/// </summary>
/// <remarks>
/// A POST has no sender that could be checked (RFC 8058 section 3.2): its token is all it needs. So its body does not matter
/// either, and is not read.
/// </remarks>
public sealed class UnsubscribeCalls
{
    /// <summary>Mailbox providers and browsers send less than a hundred bytes.</summary>
    private const long MostUnread = 64 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly UnsubscribePage _page;
    private readonly Unsubscriber _unsubscriber;
    private readonly ILogger<UnsubscribeCalls> _logger;

    internal UnsubscribeCalls(UnsubscribePage page, Unsubscriber unsubscriber, ILogger<UnsubscribeCalls> logger) =>
        (_page, _unsubscriber, _logger) = (page, unsubscriber, logger);

    /// <summary><c>GET|HEAD u/{token}</c>.</summary>
    public IResult Show(HttpRequest request)
    {
        var language = _page.LanguageOf(request.Headers.AcceptLanguage);
        return new PageResult(StatusCodes.Status200OK, language, _page.Ask(language), _page.Policy);
    }

    /// <summary><c>POST u/{token}</c>. Where it cannot be stored the answer is 503, so that a mailbox provider tries again.</summary>
    public async Task<IResult> ActAsync(string token, HttpRequest request, CancellationToken cancellationToken)
    {
        var language = _page.LanguageOf(request.Headers.AcceptLanguage);
        try
        {
            await _unsubscriber.ActAsync(token, cancellationToken);
            return new PageResult(StatusCodes.Status200OK, language, _page.Confirm(language), _page.Policy, unreadBytes: MostUnread);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (exception is TimeoutException || StorageFault.Is(exception)))
        {
            _logger.StorageRefusedRequest((exception as Azure.RequestFailedException)?.Status ?? 0);
            return new PageResult(StatusCodes.Status503ServiceUnavailable, language, _page.Regret(language), _page.Policy, RetryAfter, MostUnread);
        }
    }
}
