using System.Net;
using System.Net.Http.Json;
using Azure.Storage.Blobs;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Keys;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;
using StorageNames = MailFunctions.Storage.StorageNames;

namespace MailFunctions.IntegrationTests.Api.Resend;

/// <summary>Who gets in, and what each may do.</summary>
public sealed class ResendEndpointsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_Resend_API_returns_404_until_a_key_exists_and_then_works_without_restart()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        (HttpMethod, string)[] calls =
        [
            (HttpMethod.Post, "emails"), (HttpMethod.Post, "emails/batch"), (HttpMethod.Get, "emails/x"), (HttpMethod.Patch, "emails/x"), (HttpMethod.Post, "emails/x/cancel"),
        ];

        foreach (var (method, path) in calls)
        {
            var (status, body) = await scene.CallAsync(method, path, "mf_abcdefghijkl_0123456789012345678901234567890123456789012", ResendScene.Mail());
            Assert.Equal((404, "not_found"), (status, body.GetProperty("name").GetString()));
        }

        var key = await scene.MakeKeyAsync();
        await Eventually.TrueAsync(async () => (await scene.SendAsync(key, ResendScene.Mail())).Status == 200, "a mail taken");
    }

    [Theory]
    [InlineData(null, 401, "missing_api_key")]
    [InlineData("", 401, "missing_api_key")]
    [InlineData("Basic {0}", 403, "invalid_api_key")]
    [InlineData("{0}", 403, "invalid_api_key")]
    [InlineData("Bearer ", 403, "invalid_api_key")]
    [InlineData("Bearer {0}0", 403, "invalid_api_key")]
    [InlineData("Bearer mf_abcdefghijkl_0123456789012345678901234567890123456789012", 403, "invalid_api_key")]
    [InlineData("bearer {0}", 200, null)]
    public async Task A_request_is_accepted_only_with_a_complete_bearer_key(string? authorization, int expected, string? name)
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{scene.BaseUrl}/emails"));
        request.Content = System.Net.Http.Json.JsonContent.Create(ResendScene.Mail());
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization.Replace("{0}", key, StringComparison.Ordinal));

        using var answer = await scene.Functions.Client.SendAsync(request, Cancellation);
        var body = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));

        Assert.Equal(expected, (int)answer.StatusCode);
        if (name is null)
            Assert.True(body.TryGetProperty("id", out _));
        else
            Assert.Equal((expected, name), (body.GetProperty("statusCode").GetInt32(), body.GetProperty("name").GetString()));
        Assert.DoesNotContain(scene.Functions.Log.All, line => line.Text.Contains(key[^43..], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("blob:june.pdf")]
    [InlineData("https://example.com/june.pdf")]
    public async Task A_path_is_refused_and_looked_up_nowhere(string path)
    {
        const string files = "files";
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await ResendScene.StartAsync(proxy.ConnectionString, (TestSettings.Container, files));
        var key = await scene.MakeKeyAsync();
        var mail = new { from = "shop@example.com", to = "ada@example.net", subject = "Hello", text = "Hello you", attachments = new[] { new { path } } };
        var before = proxy.Requests.Count(request => request.Name == files);

        foreach (var (to, body) in new (string, object)[] { ("emails", mail), ("emails/batch", new[] { mail }) })
        {
            var (status, answer) = await scene.CallAsync(HttpMethod.Post, to, key, body);
            Assert.True((status, answer.GetProperty("name").GetString()) == (422, "invalid_attachment"), $"{status}: {answer}");
        }

        Assert.Equal(before, proxy.Requests.Count(request => request.Name == files));
    }

    [Theory]
    [InlineData("POST", "emails")]
    [InlineData("POST", "emails/batch")]
    [InlineData("GET", "emails/{0}")]
    [InlineData("PATCH", "emails/{0}")]
    [InlineData("POST", "emails/{0}/cancel")]
    public async Task An_internal_error_is_returned_as_a_Resend_application_error(string method, string path)
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await ResendScene.StartAsync(proxy.ConnectionString);
        var key = await scene.MakeKeyAsync();
        var (_, mail) = await scene.SendAsync(key, ResendScene.Mail());
        object? body = (method, path) switch
        {
            ("POST", "emails") => ResendScene.Mail(),
            ("POST", "emails/batch") => new[] { ResendScene.Mail() },
            ("PATCH", _) => new { scheduled_at = "in 1 hour" },
            _ => null,
        };
        // No outage, and nothing that anybody expects.
        proxy.Faults = _ => StorageFault.RefuseWith(400);

        var (status, answer) = await scene.CallAsync(
            new HttpMethod(method), path.Replace("{0}", mail.GetProperty("id").GetString(), StringComparison.Ordinal), key, body);

        Assert.Equal((500, 500, "application_error"), (status, answer.GetProperty("statusCode").GetInt32(), answer.GetProperty("name").GetString()));
        Assert.Contains("in our own code", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_with_a_list_of_headers_sets_no_others()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var all = await scene.MakeKeyAsync();
        var few = await scene.Desk.AddAsync(ApiKeysTests.Terms with { Headers = ["list-unsubscribe", "X-Shop-*"] }, Cancellation);

        object WithHeader(string name) => new { from = "a@example.com", to = "b@example.com", subject = "x", text = "x", headers = new Dictionary<string, string> { [name] = "<https://example.com/>" } };
        foreach (var (key, header, expected) in new[] { (all, "X-Entity-Ref-ID", 200), (all, "X-SMTPAPI", 422), (few, "List-Unsubscribe", 200), (few, "X-SHOP-Order", 200), (few, "X-Entity-Ref-ID", 401), (few, "X-Shop", 401) })
            Assert.Equal((header, expected), (header, (await scene.SendAsync(key, WithHeader(header))).Status));
    }

    [Fact]
    public async Task A_key_sends_in_its_lanes_as_its_senders_and_knows_only_of_such_mail()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var news = await scene.MakeKeyAsync(senders: ["example.com"], lanes: ["bulk"]);
        var all = await scene.MakeKeyAsync();

        var (_, newsletter) = await scene.SendAsync(news, ResendScene.Mail());
        var (_, code) = await scene.SendAsync(all, ResendScene.Mail());
        var (_, other) = await scene.SendAsync(all, ResendScene.Mail(from: "a@example.org", lane: "bulk"));
        using var ledger = await scene.Functions.Client.GetAsync(new Uri($"/api/emails/{newsletter.GetProperty("id")}", UriKind.Relative), Cancellation);

        Assert.Contains("\"lane\":\"bulk\"", await ledger.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ledger.StatusCode);
        foreach (var refused in new[] { ResendScene.Mail(from: "a@example.org"), ResendScene.Mail(lane: "transactional") })
        {
            var (status, body) = await scene.SendAsync(news, refused);
            Assert.Equal((401, "restricted_api_key"), (status, body.GetProperty("name").GetString()));
            (status, body) = await scene.CallAsync(HttpMethod.Post, "emails/batch", news, new[] { ResendScene.Mail(), refused });
            Assert.Equal((422, true), (status, body.GetProperty("message").GetString()!.StartsWith("Email 1: ", StringComparison.Ordinal)));
        }

        Assert.Equal((403, "validation_error"), await NameAsync(scene.SendAsync(all, ResendScene.Mail(from: "a@example.net"))));
        Assert.Equal(200, (await scene.CallAsync(HttpMethod.Get, $"emails/{newsletter.GetProperty("id")}", news)).Status);
        foreach (var hidden in new[] { code, other })
        {
            Assert.Equal((404, "not_found"), await NameAsync(scene.CallAsync(HttpMethod.Get, $"emails/{hidden.GetProperty("id")}", news)));
            Assert.Equal((404, "not_found"), await NameAsync(scene.CallAsync(HttpMethod.Post, $"emails/{hidden.GetProperty("id")}/cancel", news)));
            Assert.Equal((404, "not_found"), await NameAsync(scene.CallAsync(HttpMethod.Patch, $"emails/{hidden.GetProperty("id")}", news, new { scheduled_at = "in 1 hour" })));
        }
    }

    [Fact]
    public async Task Idempotency_keys_belong_to_the_API_key()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var (one, two) = (await scene.MakeKeyAsync(), await scene.MakeKeyAsync());

        var (_, first) = await scene.SendAsync(one, ResendScene.Mail(), ("Idempotency-Key", "k"));
        var (_, again) = await scene.SendAsync(one, ResendScene.Mail(), ("Idempotency-Key", "k"));
        var (_, other) = await scene.SendAsync(two, ResendScene.Mail(), ("Idempotency-Key", "k"));

        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.NotEqual(first.GetProperty("id").GetString(), other.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_unreadable_request_is_refused_with_a_Resend_validation_error()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync();

        Assert.Equal((422, "validation_error"), await NameAsync(scene.SendAsync(key, new[] { 1 })));
        Assert.Equal((422, "validation_error"), await NameAsync(scene.CallAsync(HttpMethod.Post, "emails/batch", key, new { emails = new[] { ResendScene.Mail() } })));
        Assert.Equal((422, "validation_error"), await NameAsync(scene.CallAsync(HttpMethod.Post, "emails/batch", key, Array.Empty<object>())));
        Assert.Equal((422, "validation_error"), await NameAsync(scene.CallAsync(HttpMethod.Post, "emails/batch", key, new[] { ResendScene.Mail() }, ("x-batch-validation", "lax"))));
        Assert.Equal((415, "validation_error"), await NameAsync(scene.CallAsync(HttpMethod.Post, "emails", key)));
    }

    [Fact]
    public async Task Mail_whose_content_blobs_are_already_purged_is_returned_without_its_text()
    {
        var account = azurite.TakeAccount();
        await using var scene = await ResendScene.StartAsync(account);
        var key = await scene.MakeKeyAsync();
        var (_, sent) = await scene.SendAsync(key, new { from = "shop@example.com", to = "Ada <ada@example.net>", subject = "Hello", text = new string('x', 40_000) });
        var call = $"emails/{sent.GetProperty("id")}";
        await Eventually.TrueAsync(async () => (await scene.CallAsync(HttpMethod.Get, call, key)).Body.GetProperty("last_event").GetString() == "sent", "the mail sent");
        Assert.Equal(40_000, (await scene.CallAsync(HttpMethod.Get, call, key)).Body.GetProperty("text").GetString()!.Length);

        // The purge deletes the blobs before the row says so.
        var blobs = new BlobContainerClient(account, StorageNames.ContentContainer);
        await foreach (var blob in blobs.GetBlobsAsync(cancellationToken: Cancellation))
            await blobs.DeleteBlobAsync(blob.Name, cancellationToken: Cancellation);
        var (status, body) = await scene.CallAsync(HttpMethod.Get, call, key);

        Assert.Equal((200, "Hello", "ada@example.net"), (status, body.GetProperty("subject").GetString(), body.GetProperty("to")[0].GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, body.GetProperty("text").ValueKind);
    }

    [Fact]
    public async Task Variables_of_a_template_are_what_was_sent_whatever_their_names()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync();
        using var saved = await scene.Functions.Client.PutAsJsonAsync(
            new Uri("/api/templates/chart", UriKind.Relative), new { subject = "Chart", text = "{{ data | join }}; {{ content | join }}" }, Cancellation);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Cancellation));
        var mail = new { from = "shop@example.com", to = "ada@example.net", template = new { id = "chart", variables = new { data = new[] { 3, 5, 8 }, content = new[] { 3, 5, 800 } } } };

        var (_, one) = await scene.SendAsync(key, mail);
        var (_, batch) = await scene.CallAsync(HttpMethod.Post, "emails/batch", key, new[] { mail });

        foreach (var id in new[] { one.GetProperty("id"), batch.GetProperty("data")[0].GetProperty("id") })
            Assert.Equal("3 5 8; 3 5 800", (await scene.CallAsync(HttpMethod.Get, $"emails/{id}", key)).Body.GetProperty("text").GetString()!.Trim());
    }

    [Fact]
    public async Task Words_that_are_longer_than_any_wait_are_the_callers_fault_in_both_calls()
    {
        await using var scene = await ResendScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync();
        object In(string words) => new { from = "shop@example.com", to = "ada@example.net", subject = "x", text = "x", scheduled_at = words };
        var (_, mail) = await scene.SendAsync(key, In("in 3 days"));

        foreach (var words in new[] { "in 999999 weeks", "in \uFF13 hours" })
        {
            Assert.Equal((422, "validation_error"), await NameAsync(scene.SendAsync(key, In(words))));
            Assert.Equal((422, "validation_error"), await NameAsync(scene.CallAsync(HttpMethod.Patch, $"emails/{mail.GetProperty("id")}", key, new { scheduled_at = words })));
        }
    }

    private static async Task<(int Status, string? Name)> NameAsync(Task<(int Status, System.Text.Json.JsonElement Body)> call)
    {
        var (status, body) = await call;
        return (status, body.GetProperty("name").GetString());
    }
}
