using System.Globalization;
using System.Text.Json;

namespace MailFunctions.Tests.Client;

/// <summary>How long a body is said to be, as a server hears it.</summary>
public sealed class LargeBodyTests
{
    /// <summary>A length is read by the Functions host as leave to keep the whole body.</summary>
    private const int ChunkedFrom = 262_144;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ChunkedFrom - 1, false)]
    [InlineData(ChunkedFrom, true)]
    [InlineData(25 * 1024 * 1024, true)]
    public async Task A_large_body_goes_in_chunks_and_arrives_whole(int bytes, bool isChunked)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(202, ScriptedApi.Accepted));
        var email = MailOf(bytes);

        await api.Client().SendAsync(email, cancellationToken: Cancel);

        var request = Assert.Single(api.Requests);
        Assert.Equal(isChunked ? ("chunked", null) : (null, bytes.ToString(CultureInfo.InvariantCulture)), (request.Header("Transfer-Encoding"), request.Header("Content-Length")));
        Assert.Equal(bytes, request.Body.Length);
        Assert.Equal(JsonSerializer.Serialize(email, ContractsJson.Default.EmailMessage), request.Body);
    }

    [Fact]
    public async Task A_large_body_is_retried_whole_and_with_its_key_after_an_empty_500()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(500), ScriptedApi.Drop, ScriptedApi.Answer(202, ScriptedApi.Accepted));

        await api.Client(options => options.FirstRetryDelay = TimeSpan.FromMilliseconds(1)).SendAsync(MailOf(ChunkedFrom), cancellationToken: Cancel);

        Assert.Equal([ChunkedFrom, ChunkedFrom, ChunkedFrom], api.Requests.Select(request => request.Body.Length));
        Assert.All(api.Requests, request => Assert.Equal("chunked", request.Header("Transfer-Encoding")));
        Assert.Single(api.Requests.Select(request => request.Header("Idempotency-Key")).Distinct(), key => key is { Length: > 20 });
    }

    /// <summary>A mail whose JSON has exactly so many bytes.</summary>
    private static EmailMessage MailOf(int bytes)
    {
        var email = new EmailMessage { From = "shop@example.org", To = ["ada@example.com"], Subject = "Hello", Text = "" };
        return email with { Text = new string('x', bytes - JsonSerializer.SerializeToUtf8Bytes(email, ContractsJson.Default.EmailMessage).Length) };
    }
}
