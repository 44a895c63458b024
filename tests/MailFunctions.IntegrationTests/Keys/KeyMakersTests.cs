using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>A key that makes keys: what it made is bound to it, and ends with it on request.</summary>
public sealed class KeyMakersTests(AzuriteFixture azurite)
{
    private static readonly KeyTerms Maker = new() { Rights = [KeyRight.Keys, KeyRight.Send] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_that_a_key_made_share_its_quota_however_many_there_are()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        // A run around midnight is of two days.
        for (var day = default(DateTime); day != TimeProvider.System.GetUtcNow().Date;)
        {
            day = TimeProvider.System.GetUtcNow().Date;
            var maker = await scene.MakeKeyAsync(Maker with { Quotas = ["mails_per_day=3"] });
            var child = await MakeAsync(scene, maker, ["keys", "send"], ["mails_per_day=3"]);
            var grandchild = await MakeAsync(scene, child, ["send"], ["mails_per_day=3"]);
            var statuses = new List<int>();
            foreach (var key in (string[])[child, grandchild, maker, child, grandchild, maker])
                statuses.Add((await scene.CallAsync("POST", "emails", key, KeyScene.Mail())).Status);
            if (TimeProvider.System.GetUtcNow().Date == day)
                Assert.Equal([202, 202, 202, 429, 429, 429], statuses);
        }
    }

    [Fact]
    public async Task A_key_names_its_maker_and_outlives_it_unless_that_is_asked_for()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var maker = await scene.MakeKeyAsync(Maker);
        var child = await MakeAsync(scene, maker, ["keys", "send"]);
        var grandchild = await MakeAsync(scene, child, ["send"]);
        Assert.Equal(IdOf(child), (await ReadAsync(scene, grandchild)).GetProperty("made_by").GetString());
        Assert.Equal(JsonValueKind.Null, (await ReadAsync(scene, maker)).GetProperty("made_by").ValueKind);

        Assert.Equal(204, (await scene.SendAsync("DELETE", $"keys/{IdOf(maker)}", KeyScene.FunctionKey, apiKey: null)).Status);
        Assert.Equal(["revoked", "usable", "usable"], await StatesAsync());

        Assert.Equal(422, (await scene.SendAsync("DELETE", $"keys/{IdOf(maker)}?with_made=perhaps", KeyScene.FunctionKey, apiKey: null)).Status);
        Assert.Equal(["revoked", "usable", "usable"], await StatesAsync());

        Assert.Equal(204, (await scene.SendAsync("DELETE", $"keys/{IdOf(maker)}?with_made=true", KeyScene.FunctionKey, apiKey: null)).Status);
        Assert.Equal(["revoked", "revoked", "revoked"], await StatesAsync());

        async Task<IReadOnlyList<string?>> StatesAsync() =>
            [.. await Task.WhenAll(((string[])[maker, child, grandchild]).Select(async key => (await ReadAsync(scene, key)).GetProperty("state").GetString()))];
    }

    [Fact]
    public async Task A_pause_of_a_key_pauses_what_it_made()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var maker = await scene.MakeKeyAsync(Maker);
        var child = await MakeAsync(scene, maker, ["send"]);

        Assert.Equal(200, (await scene.SendAsync("PUT", $"pauses/key/{IdOf(maker)}", KeyScene.FunctionKey, apiKey: null, """{"reason":"stolen"}""")).Status);

        await Eventually.TrueAsync(async () => (await scene.CallAsync("POST", "emails", child, KeyScene.Mail())).Status == 403, "the refusal of a key whose maker is paused");
    }

    [Fact]
    public async Task A_line_of_keys_that_each_made_the_next_ends()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var key = await scene.MakeKeyAsync(Maker);
        for (var made = 0; made < ApiKey.MostMakers; made++)
            key = await MakeAsync(scene, key, ["keys", "send"]);

        var refused = await scene.CallAsync("POST", "keys", key, Terms(["send"], []));

        Assert.Equal("restricted_api_key", refused.Problem);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_stops_no_other_key_and_can_be_revoked()
    {
        var account = azurite.TakeAccount();
        await using var scene = await KeyScene.StartAsync(account);
        var (broken, other) = (await scene.MakeKeyAsync(Maker), await scene.MakeKeyAsync(Maker));
        var table = TestStorage.Open(account).Table(StorageNames.ApiKeysTable);
        await table.UpdateEntityAsync(new TableEntity(ApiKey.Partition, IdOf(broken)) { ["limits"] = "{" }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        var listed = await scene.SendAsync("GET", "keys", KeyScene.FunctionKey, apiKey: null);
        Assert.Equal(IdOf(other), Assert.Single(listed.Ids));
        Assert.Equal(201, (await scene.CallAsync("POST", "keys", other, Terms(["send"], []))).Status);

        Assert.Equal(204, (await scene.SendAsync("DELETE", $"keys/{IdOf(broken)}", KeyScene.FunctionKey, apiKey: null)).Status);
        var row = (await table.GetEntityAsync<TableEntity>(ApiKey.Partition, IdOf(broken), cancellationToken: Cancellation)).Value;
        Assert.NotEqual(RowValues.Time(null), row.GetDateTimeOffset("revoked_at"));
    }

    private static async Task<string> MakeAsync(KeyScene scene, string maker, IReadOnlyList<string> rights, IReadOnlyList<string>? quotas = null)
    {
        var made = await scene.CallAsync("POST", "keys", maker, Terms(rights, quotas ?? []));
        Assert.True(made.Status == 201, made.ToString());
        return made.Body.GetProperty("key").GetString()!;
    }

    private static string Terms(IReadOnlyList<string> rights, IReadOnlyList<string> quotas) =>
        $$"""{"name":"x","rights":{{JsonSerializer.Serialize(rights)}},"senders":["*"],"quotas":{{JsonSerializer.Serialize(quotas)}}}""";

    private static async Task<JsonElement> ReadAsync(KeyScene scene, string key) =>
        (await scene.SendAsync("GET", $"keys/{IdOf(key)}", KeyScene.FunctionKey, apiKey: null)).Body;

    private static string IdOf(string key) => key.Split('_')[1];
}
