using MailFunctions.Api.Audit;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>The key that a deployment comes up with is there after the start, is there once, and does not come back.</summary>
public sealed class FirstKeyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_key_works_until_it_is_revoked_and_no_start_brings_it_back()
    {
        var account = azurite.TakeAccount();
        var (text, value) = FirstKey.Make(Rights.Send | Rights.Keys);
        await using var relay = new ScriptedSmtpServer();
        await using (var first = await StartAsync(account, relay, value))
        {
            var key = await first.Get<ApiKeys>().FindAsync(text, Cancellation);
            Assert.Equal(Rights.Send | Rights.Keys, key?.Rights);
            Assert.Null(await first.Get<ApiKeys>().FindAsync(text[..^1] + (text[^1] == 'A' ? 'B' : 'A'), Cancellation));
            Assert.Contains(await AuditedAsync(first), entry => entry == $"operator:command MakeKey keys/{key!.Id} done");
            await first.Get<ApiKeyTable>().TryRevokeAsync(key!.Id, first.Get<TimeProvider>().GetUtcNow(), Cancellation);
        }

        await using var second = await StartAsync(account, relay, value);

        Assert.Null(await second.Get<ApiKeys>().FindAsync(text, Cancellation));
        Assert.Single(await second.Get<ApiKeyTable>().ListAsync(Cancellation));
        Assert.Single(await AuditedAsync(second));
    }

    [Fact]
    public async Task Several_instances_that_start_at_once_make_one_key()
    {
        var account = azurite.TakeAccount();
        var (text, value) = FirstKey.Make(Rights.All);
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(account).WithRelay(relay).StartAsync();
        Assert.True(FirstKey.TryParse(value, out var key));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => pipeline.Get<FirstKeySetup>().InsertAsync(key, Cancellation)));

        Assert.Single(await pipeline.Get<ApiKeyTable>().ListAsync(Cancellation));
        Assert.Equal(Rights.All, (await pipeline.Get<ApiKeys>().FindAsync(text, Cancellation))?.Rights);
    }

    /// <summary>A start does not wait for the key, so the test does.</summary>
    private static async Task<TestApp> StartAsync(string account, ScriptedSmtpServer relay, string value)
    {
        var pipeline = await TestApp.On(account).WithRelay(relay).With(FirstKey.Setting, value).StartAsync();
        await pipeline.Get<FirstKeySetup>().ExecuteTask!;
        return pipeline;
    }

    private static async Task<IReadOnlyList<string>> AuditedAsync(TestApp pipeline)
    {
        var scene = await pipeline.AnswerAsync(context => pipeline.Get<AuditCalls>().ListAsync(context.Request, Cancellation), Cancellation);
        return [.. scene.Body.RootElement.GetProperty("data").EnumerateArray().Select(entry =>
            $"{entry.GetProperty("who").GetString()} {entry.GetProperty("call").GetString()} {entry.GetProperty("target").GetString()} {entry.GetProperty("result").GetString()}")];
    }
}
