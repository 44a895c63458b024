using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>What a key may send, by each of its limits, and from where.</summary>
public sealed class KeyLimitsTests(AzuriteFixture azurite)
{
    private static readonly KeyTerms Sending = new() { Rights = [KeyRight.Send, KeyRight.Read] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_beyond_a_limit_is_refused_alone_and_in_a_batch()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        Assert.Equal(201, (await scene.SendAsync("PUT", "templates/shop-welcome", KeyScene.FunctionKey, null, """{"subject":"Hi","text":"Hi"}""")).Status);
        Assert.Equal(201, (await scene.SendAsync("PUT", "templates/other", KeyScene.FunctionKey, null, """{"subject":"Hi","text":"Hi {{ secret.name }}"}""")).Status);

        await CheckAsync(Sending with { Senders = ["example.com", "boss@example.org"] }, "from", KeyScene.Mail("Any <a@EXAMPLE.com>"), KeyScene.Mail("a@example.org"), KeyScene.Mail("a@sub.example.com"));
        await CheckAsync(Sending with { Recipients = ["example.net"] }, "to", KeyScene.Mail(to: "ada@example.NET"), KeyScene.Mail(to: "a@example.org"), KeyScene.Mail(more: ""","cc":"a@example.org" """), KeyScene.Mail(more: ""","bcc":["ok@example.net","a@example.org"] """));
        await CheckAsync(Sending with { Lanes = ["bulk"] }, "lane", KeyScene.Mail(), KeyScene.Mail(more: ""","lane":"transactional" """));
        await CheckAsync(Sending with { Headers = ["X-Shop-*"] }, "headers", KeyScene.Mail(more: ""","headers":{"x-shop-order":"1"}"""), KeyScene.Mail(more: ""","headers":{"X-Other":"1"}"""));
        await CheckAsync(Sending with { Templates = ["shop-*"] }, "template", Templated("shop-welcome"), KeyScene.Mail());

        async Task CheckAsync(KeyTerms terms, string field, string allowed, params string[] refused)
        {
            var key = await scene.MakeKeyAsync(terms);
            await scene.SubmitAsync(key, allowed);
            foreach (var mail in refused)
            {
                var alone = await scene.CallAsync("POST", "emails", key, mail);
                Assert.True(alone is { Status: 403, Problem: "restricted_api_key" }, $"{mail}: {alone}");
                Assert.Equal($"/{field}", alone.Body.GetProperty("errors")[0].GetProperty("pointer").GetString());

                var strict = await scene.CallAsync("POST", "emails/batch", key, $"[{allowed},{mail}]");
                Assert.True(strict is { Status: 422 } && strict.Body.GetProperty("errors")[0].GetProperty("pointer").GetString() == $"/1/{field}", $"{mail}: {strict}");
                var permissive = await scene.CallAsync("POST", "emails/batch", key, $"[{allowed},{mail}]", ("x-batch-validation", "permissive"));
                Assert.True(permissive.Status == 202 && permissive.Ids.Count == 1, $"{mail}: {permissive}");
            }
        }
    }

    /// <summary>Whether the template exists, and what it needs, is nothing that the key may learn.</summary>
    [Fact]
    public async Task A_template_beyond_the_limit_is_as_unknown_as_one_that_is_not_there()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        Assert.Equal(201, (await scene.SendAsync("PUT", "templates/other", KeyScene.FunctionKey, null, """{"subject":"Hi","text":"Hi"}""")).Status);
        var key = await scene.MakeKeyAsync(Sending with { Templates = ["shop-*"], Rights = [KeyRight.Send, KeyRight.Templates] });

        var there = await scene.CallAsync("POST", "emails", key, Templated("other"));
        var missing = await scene.CallAsync("POST", "emails", key, Templated("missing"));
        Assert.Equal((422, missing.Body.GetRawText()), (there.Status, there.Body.GetRawText()));

        foreach (var name in new[] { "other", "missing" })
        {
            Assert.Equal("restricted_api_key", (await scene.CallAsync("GET", $"templates/{name}", key)).Problem);
            Assert.Equal("restricted_api_key", (await scene.CallAsync("PUT", $"templates/{name}", key, """{"text":"x"}""")).Problem);
            Assert.Equal("restricted_api_key", (await scene.CallAsync("DELETE", $"templates/{name}", key)).Problem);
            Assert.Equal("restricted_api_key", (await scene.CallAsync("POST", $"templates/{name}/render", key, "{}")).Problem);
        }

        Assert.Equal(201, (await scene.CallAsync("PUT", "templates/shop-a", key, """{"text":"x"}""")).Status);
        Assert.Equal(["shop-a"], (await scene.CallAsync("GET", "templates?limit=1", key)).Body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Suppressions_and_erasure_are_limited_to_the_recipients_of_the_key()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Suppressions, KeyRight.Erase], Recipients = ["example.net"] });
        foreach (var address in Enumerable.Range(0, 20).SelectMany(i => new[] { $"a{i}@example.net", $"a{i}@example.org" }))
            Assert.Equal(200, (await scene.SendAsync("PUT", $"suppressions/{address}", KeyScene.FunctionKey, null)).Status);

        Assert.Equal(200, (await scene.CallAsync("GET", "suppressions/a1@example.net", key)).Status);
        Assert.Equal(403, (await scene.CallAsync("GET", "suppressions/a1@example.org", key)).Status);
        Assert.Equal(403, (await scene.CallAsync("PUT", "suppressions/b@example.org", key)).Status);
        Assert.Equal(403, (await scene.CallAsync("DELETE", "suppressions/a1@example.org", key)).Status);
        Assert.Equal(403, (await scene.CallAsync("POST", "suppressions", key, """{"suppressions":[{"address":"b@example.net"},{"address":"b@example.org"}]}""")).Status);
        Assert.Equal(404, (await scene.CallAsync("GET", "suppressions/b@example.net", key)).Status);
        Assert.Equal(403, (await scene.CallAsync("POST", "recipients/erase", key, """{"address":"a1@example.org"}""")).Status);
        Assert.Equal(200, (await scene.CallAsync("POST", "recipients/erase", key, """{"address":"a1@example.net"}""")).Status);

        var listed = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await scene.CallAsync("GET", $"suppressions?limit=7{(after.Length == 0 ? "" : $"&after={after}")}", key);
            listed.AddRange(page.Body.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("address").GetString()!));
            after = page.After;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"a{i}@example.net").Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_for_some_mail_does_not_reach_what_concerns_all()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.All], Senders = ["example.com"] });

        foreach (var (method, path) in new[] { ("GET", "statistics"), ("POST", "timers/Dispatch/run"), ("GET", "dead-letters"), ("DELETE", "dead-letters/mail-bulk/x"), ("POST", "recipients/erase") })
            Assert.Equal((path, "restricted_api_key"), (path, (await scene.CallAsync(method, path, key, method == "GET" ? null : """{"address":"a@example.net"}""")).Problem));
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Erase], Lanes = ["bulk"] }));
        Assert.Contains("needs * as senders", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Only what a proxy of ours has added counts, whatever a client writes before it.</summary>
    [Theory]
    [InlineData(0, null, "127.0.0.1", true)]
    [InlineData(0, null, "192.0.2.0/24", false)]
    [InlineData(0, "192.0.2.7", "192.0.2.0/24", false)]
    [InlineData(1, "192.0.2.7", "192.0.2.0/24", true)]
    [InlineData(1, "192.0.2.7:50123", "192.0.2.0/24", true)]
    [InlineData(1, "192.0.2.7, 203.0.113.9", "192.0.2.0/24", false)]
    [InlineData(1, "203.0.113.9, 192.0.2.7", "192.0.2.7", true)]
    [InlineData(1, null, "127.0.0.0/8", false)]
    [InlineData(1, "::ffff:192.0.2.7", "192.0.2.0/24", true)]
    [InlineData(1, "[2001:db8:1::7]:50123", "2001:db8:1::/48", true)]
    [InlineData(1, "2001:db8:2::7", "2001:db8:1::/48", false)]
    [InlineData(1, "3221226119", "192.0.2.0/24", false)]
    [InlineData(1, "unknown", "0.0.0.0/0,::/0", false)]
    [InlineData(2, "192.0.2.7, 203.0.113.9", "192.0.2.0/24", true)]
    [InlineData(2, "192.0.2.7", "192.0.2.0/24", false)]
    public async Task A_key_is_used_only_from_its_networks(int proxies, string? forwarded, string networks, bool isAdmitted)
    {
        await using var scene = await KeyScene.StartAsync(azurite, ("MailFunctions:TrustedProxies", $"{proxies}"));
        var key = await scene.MakeKeyAsync(Sending with { Networks = networks.Split(',') });

        var answer = await scene.CallAsync("GET", "emails", key, body: null, forwarded is null ? [] : [("X-Forwarded-For", forwarded)]);

        Assert.Equal(isAdmitted ? (200, null) : (403, "restricted_api_key"), (answer.Status, answer.Problem));
    }

    [Fact]
    public async Task Keys_see_make_change_and_revoke_only_what_may_no_more()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var terms = new KeyTerms { Rights = [KeyRight.Keys, KeyRight.Send, KeyRight.Read], Senders = ["example.com"], Networks = ["127.0.0.0/8"], ExpiresAt = TimeProvider.System.GetUtcNow().AddDays(1) };
        var (maker, all) = (await scene.MakeKeyAsync(terms), await scene.MakeKeyAsync("all"));
        var until = JsonSerializer.Serialize(terms.ExpiresAt);
        const string Network = "\"networks\":[\"127.0.0.1\"]";

        foreach (var beyond in new[]
        {
            $$"""{"name":"x","rights":["send","decide"],"senders":["example.com"],{{Network}},"expires_at":{{until}}}""",
            $$"""{"name":"x","rights":["send"],"senders":["*"],{{Network}},"expires_at":{{until}}}""",
            $$"""{"name":"x","rights":["send"],"senders":["example.com","example.org"],{{Network}},"expires_at":{{until}}}""",
            $$"""{"name":"x","rights":["send"],"senders":["example.com"],"expires_at":{{until}}}""",
            $$"""{"name":"x","rights":["send"],"senders":["example.com"],"networks":["127.0.0.0/7"],"expires_at":{{until}}}""".Replace("127.0.0.0/7", "126.0.0.0/7", StringComparison.Ordinal),
            $$"""{"name":"x","rights":["send"],"senders":["example.com"],{{Network}}}""",
        })
            Assert.Equal((beyond, "restricted_api_key"), (beyond, (await scene.CallAsync("POST", "keys", maker, beyond)).Problem));

        var made = await scene.CallAsync("POST", "keys", maker, $$"""{"name":"x","rights":["send","read_own"],"senders":["a@example.com"],{{Network}},"expires_at":{{until}}}""");
        Assert.Equal(201, made.Status);
        var (id, key) = (made.Body.GetProperty("id").GetString()!, made.Body.GetProperty("key").GetString()!);
        await scene.SubmitAsync(key, KeyScene.Mail("a@example.com"));

        Assert.Equal(new[] { id, maker.Split('_')[1] }.Order(StringComparer.Ordinal), (await scene.CallAsync("GET", "keys", maker)).Ids);
        Assert.Equal(3, (await scene.CallAsync("GET", "keys", all)).Ids.Count);
        Assert.Equal(404, (await scene.CallAsync("GET", $"keys/{all.Split('_')[1]}", maker)).Status);
        Assert.Equal(404, (await scene.CallAsync("PATCH", $"keys/{all.Split('_')[1]}", maker, """{"name":"y"}""")).Status);
        Assert.Equal(404, (await scene.CallAsync("DELETE", $"keys/{all.Split('_')[1]}", maker)).Status);
        Assert.Equal("restricted_api_key", (await scene.CallAsync("PATCH", $"keys/{id}", maker, """{"rights":["all"]}""")).Problem);
        Assert.Equal("restricted_api_key", (await scene.CallAsync("PATCH", $"keys/{id}", maker, """{"expires_at":null}""")).Problem);

        var changed = await scene.CallAsync("PATCH", $"keys/{id}", maker, """{"name":"y","rights":["read"]}""");
        Assert.Equal((200, "y", "a@example.com"), (changed.Status, changed.Body.GetProperty("name").GetString(), changed.Body.GetProperty("senders")[0].GetString()));
        Assert.False(changed.Body.TryGetProperty("key", out _));
        Assert.Equal(204, (await scene.CallAsync("DELETE", $"keys/{id}", maker)).Status);
        Assert.Equal(204, (await scene.CallAsync("DELETE", $"keys/{id}", maker)).Status);
        Assert.Equal((409, "invalid_state"), ((await scene.CallAsync("PATCH", $"keys/{id}", all, """{"name":"z"}""")) is var late ? late.Status : 0, late.Problem));
        Assert.Equal("revoked", (await scene.CallAsync("GET", $"keys/{id}", all)).Body.GetProperty("state").GetString());
        Assert.Equal("usable", (await scene.Administration.ListAsync(Cancellation)).Single(one => one.Id == maker.Split('_')[1]).State);
    }

    private static string Templated(string name) => $$$"""{"from":"shop@example.com","to":"ada@example.net","template":{"name":"{{{name}}}"}}""";
}
