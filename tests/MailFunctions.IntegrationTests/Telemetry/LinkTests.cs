using System.Diagnostics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>How a mail's trace comes to its deliveries.</summary>
public sealed class LinkTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_with_mails_of_several_accepts_links_to_each_accept()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        using var spans = new HeardSpans(pipeline);
        var first = await AcceptAsync(pipeline);
        var second = await AcceptAsync(pipeline);

        await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [.. first, .. second], TimeSpan.Zero, Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var accepts = spans.Of("accept mail-transactional").Select(span => (span.TraceId, span.SpanId)).Order(Comparer<(ActivityTraceId, ActivitySpanId)>.Create(Compare)).ToList();
        var process = Assert.Single(spans.Of("process mail-transactional"));
        Assert.Equal(2, accepts.Count);
        Assert.Equal(accepts, process.Links.Select(link => (link.Context.TraceId, link.Context.SpanId)).Order(Comparer<(ActivityTraceId, ActivitySpanId)>.Create(Compare)));
        Assert.Equal(accepts.Count, spans.Of("attempt").SelectMany(attempt => attempt.Links).Select(link => link.Context.TraceId).Distinct().Count());
    }

    [Fact]
    public async Task A_retry_that_comes_from_the_schedule_begins_a_trace_and_links_to_the_accept()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Reply("450 4.7.1 Later") : null };
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        using var spans = new HeardSpans(pipeline);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        await pipeline.Storage.Queue(Lane.Transactional).ClearMessagesAsync(Cancellation);

        // As the dispatcher puts it: rows of the schedule hold no trace.
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [new NamedAttempt(id, 2)], TimeSpan.FromSeconds(2), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var accept = Assert.Single(spans.Of("accept mail-transactional"));
        var attempts = spans.Of("attempt");
        Assert.Equal([accept.TraceId], attempts.Take(1).Select(attempt => attempt.TraceId));
        var retry = attempts[^1];
        Assert.NotEqual(accept.TraceId, retry.TraceId);
        Assert.Equal(accept.Context.SpanId, Assert.Single(retry.Links).Context.SpanId);
        Assert.Equal(accept.Context.SpanId, Assert.Single(spans.Of("process mail-transactional")[^1].Links).Context.SpanId);
    }

    [Fact]
    public async Task No_trace_is_stored_or_queued_when_no_collector_listens()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        Assert.Null((await pipeline.RowAsync(id, Cancellation)).Trace);
        var message = (await pipeline.Storage.Queue(Lane.Transactional).PeekMessageAsync(Cancellation)).Value;
        Assert.Equal($$"""{"v":1,"mails":[{"id":"{{id}}","n":1}]}""", message.Body.ToString());
    }

    private static int Compare((ActivityTraceId Trace, ActivitySpanId) left, (ActivityTraceId Trace, ActivitySpanId) right) =>
        string.CompareOrdinal(left.Trace.ToHexString(), right.Trace.ToHexString());

    /// <summary>Accepts a mail, and takes its message off the queue.</summary>
    private static async Task<IReadOnlyList<NamedAttempt>> AcceptAsync(TestApp pipeline)
    {
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        var queue = pipeline.Storage.Queue(Lane.Transactional);
        var message = (await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation)).Value;
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
        return LaneMessage.Parse(message.Body).Mails;
    }
}
