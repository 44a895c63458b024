using MailFunctions.Client;

namespace MailFunctions.Tests.Client;

public sealed class CallTests
{
    private const string Id = "01a207c4-6712-7000-9c40-f48fcae410f2";

    private static readonly EmailMessage Email = new() { From = "shop@example.org", To = ["ada@example.com"], Subject = "Hello", Text = "Kept between us" };

    private static readonly DateTimeOffset At = new(2027, 1, 31, 18, 30, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST /api/emails", """{"from":"shop@example.org","to":["ada@example.com"],"subject":"Hello","text":"Kept between us"}""")]
    [InlineData("POST /api/emails/batch", """{"emails":[{"to":["ada@example.com"]}]}""")]
    [InlineData($"GET /api/emails/{Id}", "")]
    [InlineData($"GET /api/emails/{Id}/explain", "")]
    [InlineData($"GET /api/batches/{Id}", "")]
    [InlineData($"POST /api/emails/{Id}/cancel", "")]
    [InlineData($"POST /api/batches/{Id}/cancel", "")]
    [InlineData($"PATCH /api/emails/{Id}", """{"scheduled_at":"2027-01-31T18:30:00+00:00"}""")]
    [InlineData($"POST /api/emails/{Id}/resolve", """{"as":"not_sent"}""")]
    [InlineData($"POST /api/emails/{Id}/requeue", "")]
    [InlineData($"POST /api/emails/{Id}/discard", "")]
    [InlineData("POST /api/emails/requeue", """{"state":"dead","dry_run":true}""")]
    [InlineData("POST /api/emails/discard", """{"state":"uncertain","lane":"bulk","dry_run":false}""")]
    [InlineData("POST /api/recipients/erase", """{"address":"ada@example.com","dry_run":false,"cancel_open":true,"delete_suppression":false}""")]
    [InlineData("GET /api/statistics", "")]
    [InlineData("GET /api/statistics?from=2027-01-31T18%3A30%3A00Z&granularity=hour&dimension=lane", "")]
    [InlineData("PUT /api/suppressions/a%2Bb%2Fc%40example.com", """{"reason":"bounce","scope":"bulk","note":"x"}""")]
    [InlineData("PUT /api/suppressions/ada%40example.com", "{}")]
    [InlineData("GET /api/suppressions/ada%40example.com", "")]
    [InlineData("DELETE /api/suppressions/ada%40example.com", "")]
    [InlineData("GET /api/suppressions/ada%40example.com?topic=news", "")]
    [InlineData("DELETE /api/suppressions/ada%40example.com?topic=news", "")]
    [InlineData("GET /api/suppressions?topic=news&limit=5", "")]
    [InlineData("POST /api/suppressions", """{"suppressions":[{"address":"ada@example.com","reason":"complaint"}]}""")]
    [InlineData("GET /api/suppressions?reason=bounce&limit=5", "")]
    [InlineData("PUT /api/templates/welcome", """{"subject":"Hello {{ name }}","html":"\u003Cp\u003E"}""")]
    [InlineData("GET /api/templates/welcome?version=3", "")]
    [InlineData("DELETE /api/templates/welcome", "")]
    [InlineData("GET /api/templates?limit=7", "")]
    [InlineData("POST /api/templates/welcome/render", """{"version":2,"variables":{"name":"Ada"}}""")]
    [InlineData("GET /api/dead-letters", "")]
    [InlineData("DELETE /api/dead-letters/mail-bulk/01%2F2", "")]
    [InlineData("GET /api/pauses", "")]
    [InlineData("PUT /api/pauses/sender/a%2Bb%2Fc%40example.com", """{"reason":"It leaked","expires_at":"2027-01-31T18:30:00+00:00"}""")]
    [InlineData("DELETE /api/pauses/lane/bulk", "")]
    [InlineData("GET /api/audit", "")]
    [InlineData("GET /api/audit?from=2027-01-31T18%3A30%3A00Z&who=key%3Aabcdefghij01&call=CancelEmail&target=emails%2Fx&result=unknown&limit=5", "")]
    [InlineData("GET /api/domains/example.com/check", "")]
    [InlineData("POST /api/timers/Dispatch/run", "")]
    [InlineData("POST /api/keys", """{"name":"shop","rights":["send"],"senders":["example.com"],"networks":["192.0.2.0/24"]}""")]
    [InlineData("GET /api/keys/k3v9x2m4q7ab", "")]
    [InlineData("PATCH /api/keys/k3v9x2m4q7ab", """{"name":"till","networks":[]}""")]
    [InlineData("DELETE /api/keys/k3v9x2m4q7ab", "")]
    [InlineData("GET /api/keys?limit=7", "")]
    public async Task Every_call_has_its_line_its_body_and_the_function_key(string line, string body)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Refuse(404, ProblemName.NotFound));
        var client = api.Client(options => options.FunctionKey = "key-of-the-function");

        await Assert.ThrowsAsync<MailFunctionsException>(() => Make(client, line));

        var request = Assert.Single(api.Requests);
        Assert.Equal((line, body), (request.Line, request.Body));
        Assert.Equal("key-of-the-function", request.Header("x-functions-key"));
        Assert.Equal(body.Length == 0 ? null : "application/json", request.Header("Content-Type"));
    }

    [Theory]
    [InlineData("key-of-the-function", "POST /api/timers/Dispatch/run")]
    [InlineData(null, "POST /api/keyed/timers/Dispatch/run")]
    public async Task An_API_key_goes_beside_a_function_key_or_alone_below_keyed(string? functionKey, string line)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Refuse(404, ProblemName.NotFound));
        var client = api.Client(options => (options.FunctionKey, options.ApiKey) = (functionKey, "mf_key"));

        await Assert.ThrowsAsync<MailFunctionsException>(() => client.RunTimerAsync("Dispatch", Cancel));

        var request = Assert.Single(api.Requests);
        Assert.Equal((line, functionKey, "mf_key"), (request.Line, request.Header("x-functions-key"), request.Header("X-Api-Key")));
    }

    [Fact]
    public async Task A_template_is_replaced_only_as_the_version_that_is_expected()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Refuse(412, ProblemName.PreconditionFailed));

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client().Templates.PutAsync("welcome", new() { Text = "x" }, ifVersion: 4, Cancel));

        Assert.Equal(ProblemName.PreconditionFailed, refused.Name);
        Assert.Equal("\"4\"", Assert.Single(api.Requests).Header("If-Match"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_name_that_would_change_the_path_is_refused_without_a_request(string name)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Refuse(404, ProblemName.NotFound));

        await Assert.ThrowsAsync<ArgumentException>(() => api.Client().Templates.DeleteAsync(name, Cancel));

        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Each_call_that_sends_has_a_key_of_its_own_or_that_of_its_caller()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(202, ScriptedApi.Accepted));
        var client = api.Client();

        await client.SendAsync(Email, cancellationToken: Cancel);
        await client.SendAsync(Email, cancellationToken: Cancel);
        await client.SendAsync(Email, "order 4711, confirmation", Cancel);

        var keys = api.Requests.Select(request => request.Header("Idempotency-Key")).ToList();
        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal("order 4711, confirmation", keys[2]);
    }

    [Theory]
    [InlineData(BatchValidation.Strict, "strict")]
    [InlineData(BatchValidation.Permissive, "permissive")]
    public async Task A_batch_says_how_it_is_validated(BatchValidation validation, string header)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(
            202, $$"""{"id":"{{Id}}","data":[{"id":"a"}],"errors":[{"message":"is required","pointer":"/emails/1/to","index":1}],"later":"unknown"}"""));

        var answer = await api.Client().SendBatchAsync(new EmailBatch { Defaults = Email, Emails = [new(), new()] }, validation, cancellationToken: Cancel);

        Assert.Equal(header, Assert.Single(api.Requests).Header("x-batch-validation"));
        Assert.Equal(new ProblemError("is required", "/emails/1/to", Index: 1), Assert.Single(answer.Errors!));
    }

    [Fact]
    public async Task A_refusal_says_all_that_the_server_says_and_nothing_of_what_was_sent()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(
            422,
            """{"type":"t","title":"The request has errors.","status":422,"name":"validation_error","detail":"2 errors.","errors":[{"message":"is required","pointer":"/from"},{"message":"is too long","pointer":"/subject"}]}"""));
        var client = api.Client(options => options.FunctionKey = "key-of-the-function");

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => client.SendAsync(Email, "mine", Cancel));

        Assert.Equal((422, ProblemName.ValidationError, "mine"), (refused.Status, refused.Name, refused.IdempotencyKey));
        Assert.Equal(["/from", "/subject"], refused.Errors.Select(error => error.Pointer));
        Assert.Equal("422 validation_error: The request has errors. 2 errors. [/from is required] [/subject is too long]", refused.Message);
        Assert.DoesNotContain("Kept between us", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ada@", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("key-of-the-function", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>", "not the one that this call has")]
    [InlineData(200, "null", "not the one that this call has")]
    [InlineData(401, "", "function key is missing or wrong")]
    [InlineData(404, "", "route prefix")]
    [InlineData(418, "[]", "says nothing more")]
    public async Task An_answer_that_is_not_from_the_API_throws_as_unexpected(int status, string body, string meaning)
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(status, body));

        var unexpected = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client().GetAsync(Id, Cancel));

        Assert.Equal((status, MailFunctionsException.UnexpectedAnswer), (unexpected.Status, unexpected.Name));
        Assert.Contains(meaning, unexpected.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed_since_the_key_would_go_along()
    {
        await using var elsewhere = await ScriptedApi.StartAsync(ScriptedApi.Answer(202, ScriptedApi.Accepted));
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(307, "", ("Location", elsewhere.Address + "/emails")));

        var refused = await Assert.ThrowsAsync<MailFunctionsException>(() => api.Client().SendAsync(Email, cancellationToken: Cancel));

        Assert.Equal(307, refused.Status);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Invalid_arguments_throw_before_any_request_is_sent()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(202, ScriptedApi.Accepted));
        var client = api.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Email, "", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Email, " padded", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Email, "clé", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Email, new string('k', 257), Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync("..", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync("", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CancelAsync("a/b", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendBatchAsync(new EmailBatch { Emails = [] }, cancellationToken: Cancel));
        var tooMany = await Assert.ThrowsAsync<ArgumentException>(() =>
            client.SendBatchAsync(new EmailBatch { Emails = [.. Enumerable.Repeat(Email, 1001)] }, cancellationToken: Cancel));

        Assert.Contains("1 to 1000 emails, and this one has 1001", tooMany.Message, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    private static async Task FirstAsync<T>(IAsyncEnumerable<T> list) => await list.FirstOrDefaultAsync(Cancel);

    private static Task Make(MailFunctionsClient client, string line) => line switch
    {
        "POST /api/emails" => client.SendAsync(Email, cancellationToken: Cancel),
        "POST /api/emails/batch" => client.SendBatchAsync(new EmailBatch { Emails = [new EmailMessage { To = ["ada@example.com"] }] }, cancellationToken: Cancel),
        $"GET /api/emails/{Id}" => client.GetAsync(Id, Cancel),
        $"GET /api/emails/{Id}/explain" => client.ExplainAsync(Id, Cancel),
        $"GET /api/batches/{Id}" => client.GetBatchAsync(Id, Cancel),
        $"POST /api/emails/{Id}/cancel" => client.CancelAsync(Id, Cancel),
        $"POST /api/batches/{Id}/cancel" => client.CancelBatchAsync(Id, Cancel),
        $"POST /api/emails/{Id}/resolve" => client.ResolveAsync(Id, DecisionName.NotSent, Cancel),
        $"POST /api/emails/{Id}/requeue" => client.RequeueAsync(Id, Cancel),
        $"POST /api/emails/{Id}/discard" => client.DiscardAsync(Id, Cancel),
        "POST /api/emails/requeue" => client.RequeueManyAsync(EmailStatus.Dead, cancellationToken: Cancel),
        "POST /api/emails/discard" => client.DiscardManyAsync(EmailStatus.Uncertain, EmailLane.Bulk, dryRun: false, Cancel),
        "POST /api/recipients/erase" => client.EraseRecipientAsync(new("ada@example.com") { DryRun = false, CancelOpen = true }, Cancel),
        "GET /api/statistics" => client.GetStatisticsAsync(cancellationToken: Cancel),
        "PUT /api/suppressions/a%2Bb%2Fc%40example.com" => client.Suppressions.PutAsync(
            "a+b/c@example.com", new() { Reason = SuppressionReasonName.Bounce, Scope = SuppressionScopeName.Bulk, Note = "x" }, Cancel),
        "PUT /api/suppressions/ada%40example.com" => client.Suppressions.PutAsync("ada@example.com", cancellationToken: Cancel),
        "GET /api/suppressions/ada%40example.com" => client.Suppressions.GetAsync("ada@example.com", Cancel),
        "DELETE /api/suppressions/ada%40example.com" => client.Suppressions.DeleteAsync("ada@example.com", Cancel),
        "GET /api/suppressions/ada%40example.com?topic=news" => client.Suppressions.GetAsync("ada@example.com", "news", Cancel),
        "DELETE /api/suppressions/ada%40example.com?topic=news" => client.Suppressions.DeleteAsync("ada@example.com", "news", Cancel),
        "GET /api/suppressions?topic=news&limit=5" => FirstAsync(client.Suppressions.ListTopicAsync("news", 5)),
        "POST /api/suppressions" => client.Suppressions.ImportAsync([new("ada@example.com") { Reason = SuppressionReasonName.Complaint }], Cancel),
        "PUT /api/templates/welcome" => client.Templates.PutAsync("welcome", new() { Subject = "Hello {{ name }}", Html = "<p>" }, cancellationToken: Cancel),
        "GET /api/templates/welcome?version=3" => client.Templates.GetAsync("welcome", 3, Cancel),
        "DELETE /api/templates/welcome" => client.Templates.DeleteAsync("welcome", Cancel),
        "POST /api/templates/welcome/render" => client.Templates.RenderAsync("welcome", new() { ["name"] = "Ada" }, 2, Cancel),
        "GET /api/dead-letters" => client.DeadLetters.ListAsync(Cancel),
        "GET /api/pauses" => client.Pauses.ListAsync(Cancel),
        "PUT /api/pauses/sender/a%2Bb%2Fc%40example.com" => client.Pauses.PutAsync(PauseKindName.Sender, "a+b/c@example.com", new("It leaked") { ExpiresAt = At }, Cancel),
        "DELETE /api/pauses/lane/bulk" => client.Pauses.DeleteAsync(PauseKindName.Lane, EmailLane.Bulk, Cancel),
        "GET /api/audit" => FirstAsync(client.Audit.ListAsync()),
        "GET /api/audit?from=2027-01-31T18%3A30%3A00Z&who=key%3Aabcdefghij01&call=CancelEmail&target=emails%2Fx&result=unknown&limit=5" =>
            FirstAsync(client.Audit.ListAsync(new() { From = At, Who = "key:abcdefghij01", Call = "CancelEmail", Target = "emails/x", Result = AuditResultName.Unknown, PageSize = 5 })),
        "DELETE /api/dead-letters/mail-bulk/01%2F2" => client.DeadLetters.DeleteAsync(new("mail-bulk", "01/2", At, "", ""), Cancel),
        "GET /api/domains/example.com/check" => client.CheckDomainAsync("example.com", Cancel),
        "POST /api/timers/Dispatch/run" => client.RunTimerAsync("Dispatch", Cancel),
        "GET /api/suppressions?reason=bounce&limit=5" => FirstAsync(client.Suppressions.ListAsync(SuppressionReasonName.Bounce, pageSize: 5)),
        "GET /api/templates?limit=7" => FirstAsync(client.Templates.ListAsync(7)),
        "POST /api/keys" => client.Keys.MakeAsync(new("shop", [KeyRight.Send], ["example.com"]) { Networks = ["192.0.2.0/24"] }, Cancel),
        "GET /api/keys/k3v9x2m4q7ab" => client.Keys.GetAsync("k3v9x2m4q7ab", Cancel),
        "PATCH /api/keys/k3v9x2m4q7ab" => client.Keys.ChangeAsync("k3v9x2m4q7ab", new() { Name = "till", Networks = [] }, Cancel),
        "DELETE /api/keys/k3v9x2m4q7ab" => client.Keys.RevokeAsync("k3v9x2m4q7ab", withMade: false, Cancel),
        "GET /api/keys?limit=7" => FirstAsync(client.Keys.ListAsync(7)),
        _ when line.StartsWith("GET /api/statistics?", StringComparison.Ordinal) => client.GetStatisticsAsync(
            new() { From = At, Granularity = StatisticsGranularity.Hour, Dimension = StatisticsDimension.Lane }, Cancel),
        _ => client.RescheduleAsync(Id, At, Cancel),
    };
}
