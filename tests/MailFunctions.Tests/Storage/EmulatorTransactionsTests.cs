using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using MailFunctions.Storage;

namespace MailFunctions.Tests.Storage;

public sealed class EmulatorTransactionsTests
{
    private const int Many = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transactions_go_to_an_emulator_one_at_a_time() =>
        Assert.Equal(1, await MostTogetherAsync("http://127.0.0.1:10002/devstoreaccount1/$batch", expected: 1));

    [Theory]
    [InlineData("http://127.0.0.1:10002/devstoreaccount1/Emails()")]
    [InlineData("https://account.table.core.windows.net/$batch")]
    public async Task Everything_else_goes_as_it_comes(string uri) =>
        Assert.Equal(Many, await MostTogetherAsync(uri, expected: Many));

    /// <summary>How many of several requests are under way together, each held until as many as are expected have come.</summary>
    private static async Task<int> MostTogetherAsync(string uri, int expected)
    {
        using var handler = new CountingHandler(expected);
        using var transport = new HttpClientTransport(handler);
        using var policy = new EmulatorTransactions();
        var options = new TestOptions { Transport = transport };
        options.AddPolicy(policy, HttpPipelinePosition.PerRetry);
        var pipeline = HttpPipelineBuilder.Build(options);

        await Task.WhenAll(Enumerable.Range(0, Many).Select(async _ =>
        {
            using var message = pipeline.CreateMessage();
            message.Request.Method = RequestMethod.Post;
            message.Request.Uri.Reset(new Uri(uri));
            await pipeline.SendAsync(message, Cancellation);
        }));
        return handler.Most;
    }

    private sealed class TestOptions : ClientOptions;

    /// <summary>Stands in for the network: counts who is on it, and accepts everything.</summary>
    private sealed class CountingHandler(int expected) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _here = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();
        private int _now;

        public int Most { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                Most = Math.Max(Most, ++_now);
                if (_now == expected)
                    _here.TrySetResult();
            }

            await _here.Task.WaitAsync(cancellationToken);
            // Whoever may come as well has the chance to.
            for (var i = 0; i < 100; i++)
                await Task.Yield();
            lock (_gate)
                _now--;
            return new HttpResponseMessage(HttpStatusCode.Accepted);
        }
    }
}
