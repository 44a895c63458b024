using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Mail;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>Of which mails a key learns, and which it changes.</summary>
public sealed class KeyObjectsTests(AzuriteFixture azurite)
{
    private static readonly string[] Acting = [KeyRight.Send, KeyRight.Cancel, KeyRight.Decide];

    /// <summary>Mails of this key, of another key for the same sender, of another sender, of the other lane, and of a function key.</summary>
    private static async Task<Dictionary<string, string>> SubmitAllAsync(KeyScene scene, string key)
    {
        const string Later = ""","scheduled_at":"2099-01-01T00:00:00Z" """;
        var other = await scene.MakeKeyAsync("all");
        var later = Later.Replace("2099-01-01T00:00:00Z", TimeProvider.System.GetUtcNow().AddDays(30).ToString("O"), StringComparison.Ordinal);
        return new()
        {
            ["own"] = await scene.SubmitAsync(key, KeyScene.Mail(more: later)),
            ["same sender"] = await scene.SubmitAsync(other, KeyScene.Mail(more: later)),
            ["other sender"] = await scene.SubmitAsync(other, KeyScene.Mail("a@example.org", more: later)),
            ["other lane"] = await scene.SubmitAsync(other, KeyScene.Mail(more: $"{later},\"lane\":\"bulk\"")),
            ["function key"] = await scene.SubmitAsync(apiKey: null, KeyScene.Mail("a@example.org", more: later)),
        };
    }

    [Theory]
    [InlineData(KeyRight.ReadOwn, "own")]
    [InlineData(KeyRight.Read, "own", "same sender")]
    public async Task A_key_reads_and_changes_its_own_mails_or_those_of_its_senders_and_lanes(string reading, params string[] visible)
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [reading, .. Acting], Senders = ["example.com"], Lanes = ["transactional"] });
        var mails = await SubmitAllAsync(scene, key);

        foreach (var (name, id) in mails)
        {
            var isVisible = visible.Contains(name);
            foreach (var (method, path, body, found) in new[]
            {
                ("GET", $"emails/{id}", null, 200),
                ("GET", $"emails/{id}/explain", null, 200),
                ("PATCH", $"emails/{id}", $$"""{"scheduled_at":"{{TimeProvider.System.GetUtcNow().AddDays(40):O}}"}""", 200),
                ("POST", $"emails/{id}/resolve", """{"as":"sent"}""", 409),
                ("POST", $"emails/{id}/requeue", null, 409),
                ("POST", $"emails/{id}/discard", null, 409),
                ("POST", $"emails/{id}/cancel", null, 200),
            })
            {
                var answer = await scene.CallAsync(method, path, key, body);
                Assert.True(answer.Status == (isVisible ? found : 404), $"{name}: {method} {path}: {answer}");
            }
        }

        Assert.Equal(visible.Select(name => mails[name]).OrderDescending(StringComparer.Ordinal), await ListAsync(scene, key));
        foreach (var (name, id) in mails)
            Assert.Equal((name, visible.Contains(name) ? "canceled" : "scheduled"), (name, (await scene.SendAsync("GET", $"emails/{id}", KeyScene.FunctionKey, null)).Body.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Pages_of_a_list_are_full_of_what_the_key_sees()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var (own, other) = (await scene.MakeKeyAsync(KeyRight.Send, KeyRight.ReadOwn), await scene.MakeKeyAsync(KeyRight.Send));
        var mine = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            await scene.SubmitAsync(other, KeyScene.Mail());
            mine.Add(await scene.SubmitAsync(own, KeyScene.Mail()));
            await scene.SubmitAsync(other, KeyScene.Mail());
        }

        var first = await scene.CallAsync("GET", "emails?limit=3", own);
        Assert.Equal(3, first.Ids.Count);
        Assert.Equal(mine.OrderDescending(StringComparer.Ordinal), await ListAsync(scene, own, limit: 3));
    }

    [Fact]
    public async Task Decisions_about_many_mails_concern_only_those_that_the_key_sees()
    {
        var account = azurite.TakeAccount();
        await using var scene = await KeyScene.StartAsync(account);
        await using var pipeline = await TestApp.On(account).StartAsync();
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Send, KeyRight.Read, KeyRight.Cancel, KeyRight.Decide], Senders = ["example.com"] });
        var mails = await SubmitAllAsync(scene, key);
        foreach (var id in mails.Values)
        {
            for (var fault = 0; fault < ProcessingFailures.UntilDead; fault++)
                await pipeline.Get<ProcessingFailures>().CountAsync(EmailId.Parse(id), $"source {fault}", "broken", TestContext.Current.CancellationToken);
        }

        foreach (var path in new[] { "emails/requeue", "emails/discard" })
        {
            var answer = await scene.CallAsync("POST", path, key, """{"state":"dead","dry_run":true}""");
            Assert.Equal((200, 3), (answer.Status, answer.Body.GetProperty("matched").GetInt32()));
        }

        Assert.Equal(200, (await scene.CallAsync("POST", "emails/discard", key, """{"state":"dead","dry_run":false}""")).Status);
        string[] seen = ["own", "same sender", "other lane"];
        foreach (var (name, id) in mails)
            Assert.Equal((name, seen.Contains(name) ? EmailState.Discarded : EmailState.Dead), (name, (await pipeline.RowAsync(EmailId.Parse(id), TestContext.Current.CancellationToken)).State));
    }

    [Fact]
    public async Task Of_a_batch_a_key_sees_and_cancels_its_part()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var later = $",\"scheduled_at\":\"{TimeProvider.System.GetUtcNow().AddDays(30):O}\"";
        var batch = (await scene.SendAsync("POST", "emails/batch", KeyScene.FunctionKey, null, $"[{KeyScene.Mail(more: later)},{KeyScene.Mail("a@example.org", more: later)}]")).Body;
        var (id, mine, others) = (batch.GetProperty("id").GetString(), batch.GetProperty("data")[0].GetProperty("id").GetString()!, batch.GetProperty("data")[1].GetProperty("id").GetString()!);
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Read, KeyRight.Cancel], Senders = ["example.com"] });
        var blind = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Read, KeyRight.Cancel], Senders = ["example.net"] });

        Assert.Equal(404, (await scene.CallAsync("GET", $"batches/{id}", blind)).Status);
        Assert.Equal(404, (await scene.CallAsync("POST", $"batches/{id}/cancel", blind)).Status);
        Assert.Equal([mine], (await scene.CallAsync("GET", $"batches/{id}", key)).Body.GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString()!));
        var canceled = await scene.CallAsync("POST", $"batches/{id}/cancel", key);
        Assert.Equal((200, 1), (canceled.Status, canceled.Body.GetProperty("canceled").GetInt32()));
        Assert.Equal("scheduled", (await scene.SendAsync("GET", $"emails/{others}", KeyScene.FunctionKey, null)).Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Content_is_read_with_its_own_right()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(KeyRight.Send, KeyRight.ReadOwn);
        var reader = await scene.MakeKeyAsync(KeyRight.Read, KeyRight.ReadContent);
        var id = await scene.SubmitAsync(key, KeyScene.Mail());

        var (without, with) = (await scene.CallAsync("GET", $"/resend/emails/{id}", key), await scene.CallAsync("GET", $"/resend/emails/{id}", reader));
        Assert.Equal((200, null), (without.Status, without.Body.GetProperty("text").GetString()));
        Assert.Equal((200, "Hello you"), (with.Status, with.Body.GetProperty("text").GetString()));
    }

    /// <returns>The ids of all pages.</returns>
    private static async Task<IReadOnlyList<string>> ListAsync(KeyScene scene, string key, int limit = 50)
    {
        var ids = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var page = await scene.CallAsync("GET", $"emails?limit={limit}{(after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}")}", key);
            Assert.Equal(200, page.Status);
            ids.AddRange(page.Ids);
            after = page.After;
        }

        return ids;
    }
}
