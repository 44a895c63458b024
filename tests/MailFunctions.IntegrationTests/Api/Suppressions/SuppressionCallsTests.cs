using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Suppressions;

public sealed class SuppressionCallsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_is_put_read_replaced_and_deleted()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        Assert.Equal(StatusCodes.Status404NotFound, (await ReadAsync(pipeline, "ada@example.com")).Status);
        await pipeline.SuppressAsync("Ada@EXAMPLE.com");
        Assert.Equal(("manual", "all"), await WordsAsync(pipeline, "ada@example.com"));
        await pipeline.SuppressAsync("ada@example.com", """{"reason":"unsubscribe","scope":"bulk","note":"by phone","expires_at":"2099-01-01T00:00:00Z"}""");
        Assert.Equal(("unsubscribe", "bulk"), await WordsAsync(pipeline, "ADA@example.com"));
        var (_, entry) = await ReadAsync(pipeline, "ada@example.com");
        Assert.Equal(("ada@example.com", "by phone", "2099-01-01T00:00:00+00:00"),
            (entry.GetProperty("address").GetString(), entry.GetProperty("note").GetString(), entry.GetProperty("expires_at").GetString()));
        Assert.Equal(StatusCodes.Status204NoContent, await pipeline.AllowAsync("ada@example.com"));
        Assert.Equal(StatusCodes.Status404NotFound, await pipeline.AllowAsync("ada@example.com"));
        Assert.Equal(StatusCodes.Status404NotFound, (await ReadAsync(pipeline, "ada@example.com")).Status);
    }

    [Fact]
    public async Task Pages_together_have_each_entry_once_and_filters_choose()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var addresses = Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"r{i}@example.com")).ToList();
        Assert.Equal(50, await pipeline.ImportAsync(addresses));
        await pipeline.SuppressAsync("news@example.com", """{"reason":"unsubscribe","scope":"bulk"}""");
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        await pipeline.Get<SuppressionWriter>().PutAsync(
            [new SuppressionEntry("over@example.com", SuppressionReason.Bounce, SuppressionScope.All, now, now, null)], Cancellation);

        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await ListAsync(pipeline, $"?reason=bounce&limit=7{(after is null ? "" : $"&after={after}")}");
            found.AddRange(AddressesOf(page));
            after = page.GetProperty("after").GetString();
        }
        while (after is not null);

        Assert.Equal(50, found.Count);
        Assert.Equal(addresses.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.Equal(["news@example.com"], AddressesOf(await ListAsync(pipeline, "?scope=bulk")));
        Assert.Equal(51, AddressesOf(await ListAsync(pipeline, "")).Count);
    }

    [Fact]
    public async Task An_import_with_one_error_imports_nothing()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var (status, body) = await pipeline.CallAsync(
            (calls, request) => calls.ImportAsync(request, Caller.Operator, Cancellation), """{"suppressions":[{"address":"ada@example.com"},{"address":"nobody"}]}""");

        Assert.Equal((StatusCodes.Status422UnprocessableEntity, "/suppressions/1/address"), (status, body.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        Assert.Empty(AddressesOf(await ListAsync(pipeline, "")));
    }

    [Fact]
    public async Task Parameters_that_are_wrong_are_named_together()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var (status, body) = await pipeline.CallAsync((calls, request) => calls.ListAsync(request, Caller.Operator, Cancellation), query: "?reason=x&scope=y&limit=0&after=z");

        Assert.Equal(StatusCodes.Status422UnprocessableEntity, status);
        Assert.Equal(["reason", "scope", "after", "limit"], body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("parameter").GetString()));
    }

    [Fact]
    public async Task A_suppression_added_through_one_app_is_obeyed_by_another_on_the_same_storage()
    {
        var account = azurite.TakeAccount();
        await using var relay = new ScriptedSmtpServer();
        await using var told = await TestApp.On(account).WithRelay(relay).StartAsync();
        await using var sending = await TestApp.On(account)
            .WithRelay(relay)
            .WithService(SuppressionAges.Default with { Fresh = TimeSpan.FromMilliseconds(1) })
            .StartAsync();
        var first = await sending.SubmitAsync(TestApp.Mail(), Cancellation);
        await sending.DeliverUntilAsync(first, Cancellation, EmailState.Sent);

        await told.SuppressAsync("ada@example.com");
        var second = await told.SubmitAsync(TestApp.Mail(), Cancellation);
        await sending.DeliverUntilAsync(second, Cancellation, EmailState.Suppressed);

        Assert.Single(relay.Mails);
    }

    private static Task<(int Status, JsonElement Body)> ReadAsync(TestApp pipeline, string address) =>
        pipeline.CallAsync((calls, request) => calls.ReadAsync(address, request, Caller.Operator, Cancellation));

    private static async Task<(string?, string?)> WordsAsync(TestApp pipeline, string address)
    {
        var (_, body) = await ReadAsync(pipeline, address);
        return (body.GetProperty("reason").GetString(), body.GetProperty("scope").GetString());
    }

    private static async Task<JsonElement> ListAsync(TestApp pipeline, string query)
    {
        var (status, body) = await pipeline.CallAsync((calls, request) => calls.ListAsync(request, Caller.Operator, Cancellation), query: query);
        Assert.True(status == StatusCodes.Status200OK, body.ToString());
        return body;
    }

    private static List<string> AddressesOf(JsonElement page) => [.. page.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("address").GetString()!)];
}
