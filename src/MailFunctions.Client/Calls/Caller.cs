using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;

namespace MailFunctions.Client.Calls;

/// <summary>Makes a call, retries it where that may help, and reads its answer.</summary>
internal sealed class Caller
{
    /// <summary>The prefix of the calls that take an API key alone.</summary>
    private const string KeyedPrefix = "keyed/";

    private readonly Func<HttpClient> _http;
    private readonly Uri _baseAddress;
    private readonly string? _functionKey;
    private readonly string? _apiKey;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline<ApiAnswer> _tries;
    private readonly ResiliencePipeline<ApiAnswer> _triesOfOnlyOnce;

    public Caller(Func<HttpClient> http, MailFunctionsClientOptions options, TimeProvider clock)
    {
        var address = options.BaseAddress!.AbsoluteUri;
        _http = http;
        address = address.EndsWith('/') ? address : address + '/';
        (_functionKey, _apiKey) = (options.FunctionKey, options.ApiKey);
        _baseAddress = new Uri(_apiKey is not null && _functionKey is null ? address + KeyedPrefix : address);
        _clock = clock;
        _tries = RetryRules.Build(options, clock, onlyOnce: false);
        _triesOfOnlyOnce = RetryRules.Build(options, clock, onlyOnce: true);
    }

    /// <exception cref="MailFunctionsException">The call was refused, or every try was lost.</exception>
    public async Task<T> CallAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await DoAsync(call, cancellationToken).ConfigureAwait(false);
        return Read(call, answer, type);
    }

    /// <summary>Reads the answer to a call that succeeded.</summary>
    /// <exception cref="MailFunctionsException">The answer is not one of the API.</exception>
    public static T Read<T>(ApiCall call, ApiAnswer answer, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw MailFunctionsException.OfUnexpected(call, answer, cause: null);
        }
        catch (JsonException exception)
        {
            throw MailFunctionsException.OfUnexpected(call, answer, exception);
        }
    }

    /// <summary>Makes a call without reading its answer.</summary>
    /// <exception cref="MailFunctionsException">The call was refused, or every try was lost.</exception>
    public async Task<ApiAnswer> DoAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(call, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded ? answer : throw MailFunctionsException.OfRefusal(call, answer);
    }

    /// <summary>Enumerates a list; pages are fetched as needed.</summary>
    /// <param name="page">Returns the path of the page that begins after the cursor, or of the first.</param>
    /// <param name="read">Returns the items of a page, and the cursor of the next; null after the last.</param>
    public async IAsyncEnumerable<TItem> ListAsync<TPage, TItem>(
        Func<string?, string> page, JsonTypeInfo<TPage> type, Func<TPage, (IReadOnlyList<TItem> Data, string? After)> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : class
    {
        string? after = null;
        do
        {
            var answer = await CallAsync(new ApiCall(HttpMethod.Get, page(after)), type, cancellationToken).ConfigureAwait(false);
            (var data, after) = read(answer);
            foreach (var item in data)
                yield return item;
        }
        while (after is not null);
    }

    private async Task<ApiAnswer> CallAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var tries = call.OnlyOnce ? _triesOfOnlyOnce : _tries;
        try
        {
            return await tries.ExecuteAsync(static async (state, token) => await state.Caller.TryAsync(state.Call, token).ConfigureAwait(false), (Caller: this, Call: call), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (RetryRules.IsLost(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw MailFunctionsException.OfNoAnswer(call, exception);
        }
    }

    private async Task<ApiAnswer> TryAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using var request = call.ToRequest(_baseAddress, _functionKey, _apiKey);
        using var response = await _http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return await ApiAnswer.ReadAsync(response, _clock, cancellationToken).ConfigureAwait(false);
    }
}
