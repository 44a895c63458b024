using System.Net;
using System.Net.Http.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Otlp;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>The spans of mails, as a collector gets them.</summary>
public sealed class TraceTests(AzuriteFixture azurite)
{
    private static readonly object Mail = new { from = "shop@example.org", to = new[] { "ada@example.com" }, subject = "Hello", text = "Hello you" };

    [Fact]
    public async Task One_mail_is_one_tree_from_the_POST_to_the_reply_of_the_relay()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);

        var id = await scene.PostAsync("api/emails?code=not-asked-for", Mail);
        var attempt = await scene.AttemptAsync(id, 1);
        var request = await scene.SpanAsync(span => span is { Kind: 2, Name: "POST /api/emails" }, "the span of the POST");
        var process = await scene.SpanAsync(span => span.SpanId == attempt.ParentId, "the span of the queue message");
        var accept = await scene.SpanAsync(span => span.SpanId == process.ParentId, "the span of the accept");

        Assert.Equal(("accept mail-transactional", 4, request.SpanId), (accept.Name, accept.Kind, accept.ParentId));
        Assert.Equal(("process mail-transactional", 5), (process.Name, process.Kind));
        Assert.Equal(id, accept.Attributes["mailfunctions.email.id"]);
        Assert.Equal("sent", attempt.Attributes["mailfunctions.state"]);
        Assert.Empty(process.Links.Concat(attempt.Links));

        var connect = await scene.SpanAsync(span => span.Name == "smtp connect", "the span of the connection");
        Assert.Equal(process.SpanId, connect.ParentId);
        OtlpSpan[] stages = [.. scene.Collector.Spans.Where(span => span.ParentId == attempt.SpanId).OrderBy(span => span.Started)];
        Assert.Equal(["smtp mail", "smtp rcpt", "smtp data"], stages.Select(span => span.Name));
        Assert.All(stages, stage => Assert.Equal("250", stage.Attributes["mailfunctions.smtp.reply_code"]));
        Assert.Single(((OtlpSpan[])[request, accept, process, attempt, connect, .. stages]).Select(span => span.TraceId).Distinct());
        Assert.All(stages.Prepend(attempt), span => Assert.InRange(span.Ended, span.Started, process.Ended));
    }

    [Fact]
    public async Task A_call_that_waits_for_the_outcome_has_the_attempt_below_its_request()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/emails", UriKind.Relative)) { Content = JsonContent.Create(Mail) };
        request.Headers.Add("Prefer", "wait=30");

        using var answer = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var attempt = await scene.SpanAsync(span => span.Name == "attempt", "the span of the attempt");
        var post = await scene.SpanAsync(span => span is { Kind: 2, Name: "POST /api/emails" }, "the span of the POST");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((post.TraceId, post.SpanId), (attempt.TraceId, attempt.ParentId));
        Assert.Empty(attempt.Links);
    }

    [Fact]
    public async Task A_request_leaves_neither_its_path_nor_its_query_in_its_span()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);

        using (await scene.Client.GetAsync(new Uri("api/suppressions/ada@example.com?code=key-of-the-function", UriKind.Relative), TestContext.Current.CancellationToken))
        using (await scene.Client.GetAsync(new Uri("nowhere/ada@example.com?code=key-of-the-function", UriKind.Relative), TestContext.Current.CancellationToken))
        {
            var known = await scene.SpanAsync(span => span.Name == "GET /api/suppressions/{address}", "the span of the first request");
            var unknown = await scene.SpanAsync(span => span is { Kind: 2 } && span.Attributes.GetValueOrDefault("http.response.status_code") == "404" && span.SpanId != known.SpanId, "the span of the second");

            Assert.DoesNotContain(known.Attributes.Keys.Concat(unknown.Attributes.Keys), key => key is "url.path" or "url.query" or "url.full");
            Assert.DoesNotContain("ada@", scene.Collector.Everything, StringComparison.Ordinal);
            Assert.DoesNotContain("key-of-the-function", scene.Collector.Everything, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_batch_chunk_has_its_own_trace_with_a_link_to_the_accept()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);

        await scene.PostAsync("api/emails/batch", new { emails = new[] { Mail, Mail, Mail } });
        var accept = await scene.SpanAsync(span => span.Name == "accept mail-transactional", "the span of the accept");
        var process = await scene.SpanAsync(span => span.Name == "process mail-transactional", "the span of the chunk");

        Assert.Equal("3", process.Attributes["mailfunctions.emails"]);
        Assert.NotEqual(accept.TraceId, process.TraceId);
        Assert.Empty(process.ParentId);
        Assert.Equal([new OtlpLink(accept.TraceId, accept.SpanId)], process.Links);
        OtlpSpan[] attempts = [.. scene.Collector.Spans.Where(span => span.Name == "attempt")];
        Assert.Equal(3, attempts.Length);
        Assert.All(attempts, attempt => Assert.Equal((process.SpanId, new OtlpLink(accept.TraceId, accept.SpanId)), (attempt.ParentId, Assert.Single(attempt.Links))));
    }

    [Fact]
    public async Task A_retry_from_the_queue_continues_the_trace_which_shows_why_it_was_needed()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Reply("450 4.2.0 ada@example.com is busy") : null;

        var id = await scene.PostAsync("api/emails", Mail);
        var first = await scene.AttemptAsync(id, 1);
        var second = await scene.AttemptAsync(id, 2);

        Assert.Equal(first.TraceId, second.TraceId);
        Assert.NotEqual(first.ParentId, second.ParentId);
        Assert.Equal(["deferred", "sent"], [first.Attributes["mailfunctions.state"], second.Attributes["mailfunctions.state"]]);
        var refused = await scene.SpanAsync(span => span.Name == "smtp rcpt" && span.ParentId == first.SpanId, "the span of the RCPT");
        Assert.Equal(("450", "4.2.0", true), (refused.Attributes["mailfunctions.smtp.reply_code"], refused.Attributes["mailfunctions.smtp.enhanced_code"], refused.IsError));
        Assert.DoesNotContain(scene.Collector.Spans, span => span.Name == "smtp data" && span.ParentId == first.SpanId);
    }
}
