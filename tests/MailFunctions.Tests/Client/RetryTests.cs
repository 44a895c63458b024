using MailFunctions.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Client;

public sealed class RetryTests
{
    private static readonly EmailMessage Email = new() { From = "shop@example.org", To = ["ada@example.com"], Subject = "Hello", Text = "Hello you" };

    private static readonly MailFunctionsClientOptions Defaults = new();

    private readonly ImpatientClock _clock = new(Defaults.Timeout);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<HttpContext, Task>> Passing => new()
    {
        { "a dropped connection", ScriptedApi.Drop },
        { "an answer that breaks off", ScriptedApi.BreakOff },
        { "408", ScriptedApi.Answer(408) },
        { "429", ScriptedApi.Answer(429) },
        { "500", ScriptedApi.Refuse(500, ProblemName.InternalError) },
        { "an empty 500 of the Functions host", ScriptedApi.Answer(500) },
        { "502 of a proxy", ScriptedApi.Answer(502, "<html>Bad gateway</html>") },
        { "503", ScriptedApi.Refuse(503, ProblemName.StorageUnavailable) },
        { "409 of a request under way", ScriptedApi.Refuse(409, ProblemName.ConcurrentIdempotentRequests) },
    };

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task A_transient_failure_is_retried_with_the_same_key_and_body(string what, Func<HttpContext, Task> failure)
    {
        await using var api = await ScriptedApi.StartAsync(failure, failure, ScriptedApi.Answer(202, ScriptedApi.Accepted));

        var accepted = await api.Client(clock: _clock).SendAsync(Email, cancellationToken: Cancel);

        Assert.Equal("queued", accepted.Status);
        Assert.True(api.Requests.Count == 3, what);
        Assert.Single(api.Requests.Select(request => request.Header("Idempotency-Key")).Distinct(), key => key is { Length: > 20 });
        Assert.Single(api.Requests.Select(request => request.Body).Distinct(), body => body.Contains("Hello you", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(400, ProblemName.InvalidJson)]
    [InlineData(403, ProblemName.SenderNotAllowed)]
    [InlineData(404, ProblemName.NotFound)]
    [InlineData(409, ProblemName.InvalidState)]
    [InlineData(409, ProblemName.InvalidIdempotentRequest)]
    [InlineData(413, ProblemName.PayloadTooLarge)]
    [InlineData(415, ProblemName.UnsupportedMediaType)]
    [InlineData(422, ProblemName.ValidationError)]
    public async Task A_permanent_refusal_is_not_retried(int status, string name)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Refuse(status, name, ("Retry-After", "1")));

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client(clock: _clock).SendAsync(Email, cancellationToken: Cancel));

        Assert.Equal((status, name), (refused.Status, refused.Name));
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task The_wait_that_the_server_asks_for_is_kept_in_seconds_and_as_a_date()
    {
        var date = (ImpatientClock.Now + TimeSpan.FromSeconds(33)).ToString("R");
        await using var api = await ScriptedApi.StartAsync(
            ScriptedApi.Answer(503, "", ("Retry-After", "5")), ScriptedApi.Answer(429, "", ("Retry-After", date)), ScriptedApi.Answer(202, ScriptedApi.Accepted));

        await api.Client(clock: _clock).SendAsync(Email, cancellationToken: Cancel);

        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(33)], _clock.Waits);
    }

    [Fact]
    public async Task A_Retry_After_beyond_the_limit_ends_the_call_and_is_reported()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(429, "", ("Retry-After", "91")));

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client(clock: _clock).SendAsync(Email, cancellationToken: Cancel));

        Assert.Equal(TimeSpan.FromSeconds(91), refused.RetryAfter);
        Assert.Equal((429, MailFunctionsException.UnexpectedAnswer), (refused.Status, refused.Name));
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task The_client_stops_after_its_retries_and_reports_the_key_to_reuse()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Drop);

        var lost = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client(clock: _clock).SendAsync(Email, cancellationToken: Cancel));

        Assert.Equal(Defaults.MaxRetries + 1, api.Requests.Count);
        Assert.Equal((null, MailFunctionsException.NoAnswer), (lost.Status, lost.Name));
        Assert.Equal(api.Requests[0].Header("Idempotency-Key"), lost.IdempotencyKey);
        Assert.IsType<HttpRequestException>(lost.InnerException);
        Assert.Equal(Defaults.MaxRetries, _clock.Waits.Count);
        Assert.All(_clock.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, Defaults.MaxRetryDelay));
        Assert.True(_clock.Waits[^1] > _clock.Waits[0]);
    }

    [Fact]
    public async Task A_failure_is_not_retried_when_retries_are_disabled()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Drop);

        await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client(options => options.MaxRetries = 0).SendAsync(Email, cancellationToken: Cancel));

        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task An_unreachable_server_is_reported_as_no_answer()
    {
        var api = await ScriptedApi.StartAsync(ScriptedApi.Drop);
        var client = api.Client(clock: _clock);
        await api.DisposeAsync();

        var lost = await Assert.ThrowsAsync<MailFunctionsException>(() => client.GetAsync("01a207c4-6712-7000-9c40-f48fcae410f2", Cancel));

        Assert.Equal(MailFunctionsException.NoAnswer, lost.Name);
        Assert.Null(lost.IdempotencyKey);
    }

    [Fact]
    public async Task A_try_without_an_answer_in_time_is_followed_by_another()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Stall, ScriptedApi.Answer(202, ScriptedApi.Accepted));
        var clock = new FakeTimeProvider();
        var client = api.Client(clock: clock);

        await api.PassTimeAsync(clock, 1, client.SendAsync(Email, cancellationToken: Cancel));

        Assert.Equal(2, api.Requests.Count);
        Assert.Single(api.Requests.Select(request => request.Header("Idempotency-Key")).Distinct());
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_ends_at_once()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var api = await ScriptedApi.StartAsync(async context =>
        {
            await patience.CancelAsync();
            await ScriptedApi.Stall(context);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => api.Client(clock: _clock).SendAsync(Email, cancellationToken: patience.Token));

        Assert.Single(api.Requests);
    }
}
