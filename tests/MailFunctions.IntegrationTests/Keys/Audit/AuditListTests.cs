using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Api.Audit;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Audit;
using MailFunctions.Maintenance.Retention;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Keys.Audit;

/// <summary>The trail is read newest first, in pages that together have each entry once, and is kept as configured.</summary>
public sealed class AuditListTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Newest = new(2026, 12, 1, 0, 5, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Pages_together_have_each_entry_once_newest_first_over_days(int limit)
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        // Six are of one day, the others of the day before; every fourth has no result.
        var entries = await scene.FillAsync(20, Newest, i => i % 4 == 3 ? null : new AuditResult(i % 4 == 2 ? 409 : 200, i % 4 == 2 ? "invalid_state" : null, Newest));

        var found = new List<JsonElement>();
        string? after = null;
        do
        {
            var (data, next) = await scene.ListAsync($"limit={limit}{(after is null ? "" : $"&after={after}")}");
            Assert.InRange(data.Count, 1, limit);
            found.AddRange(data);
            // An entry that comes meanwhile is on no later page.
            if (after is null)
                await scene.FillAsync(1, Newest.AddHours(1));
            after = next;
        }
        while (after is not null);

        Assert.Equal(entries.Select(entry => entry.At), found.Select(entry => entry.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(
            Enumerable.Range(0, 20).Select(i => (i % 4) switch { 3 => "unknown", 2 => "refused", _ => "done" }),
            found.Select(entry => entry.GetProperty("result").GetString()));
    }

    [Theory]
    [InlineData("who=key:abcdefghij01", 10)]
    [InlineData("call=CancelEmail", 7)]
    [InlineData("target=templates/t0", 4)]
    [InlineData("who=key:abcdefghij01&call=CancelEmail", 4)]
    [InlineData("result=unknown", 5)]
    [InlineData("result=done", 15)]
    [InlineData("result=failed", 0)]
    [InlineData("who=key:", 0)]
    [InlineData("who=key:abcdefghij01'%20or%20'a'%20eq%20'a", 0)]
    [InlineData("from=2026-12-01T00:00:00Z", 6)]
    [InlineData("to=2026-12-01T00:00:00Z", 14)]
    [InlineData("from=2026-12-01T00:01:00Z&to=2026-12-01T00:03:00Z", 2)]
    [InlineData("to=2026-01-01T00:00:00Z", 0)]
    public async Task Filters_choose(string query, int expected)
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        await scene.FillAsync(20, Newest, i => i % 4 == 3 ? null : new AuditResult(200, null, Newest));

        var (data, after) = await scene.ListAsync(query);

        Assert.Equal((expected, null), (data.Count, after));
    }

    [Theory]
    [InlineData("after=nothing", "after")]
    [InlineData("result=maybe", "result")]
    [InlineData("from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", "from")]
    [InlineData("limit=1001", "limit")]
    [InlineData("object=x", "object")]
    public async Task A_wrong_parameter_is_named(string query, string parameter)
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());

        var (status, body, _) = await scene.Pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString($"?{query}");
                return scene.Pipeline.Get<AuditCalls>().ListAsync(context.Request, Cancellation);
            },
            Cancellation);

        Assert.Equal((422, parameter), (status, body.RootElement.GetProperty("errors")[0].GetProperty("parameter").GetString()));
    }

    [Fact]
    public async Task An_export_has_every_entry_that_matches_as_a_line()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        await scene.FillAsync(20, Newest);

        var lines = await ExportAsync(scene, "call=CancelEmail");
        var (data, _) = await scene.ListAsync("call=CancelEmail");

        Assert.Equal(data.Select(entry => entry.ToString()), lines.Select(line => JsonElement.Parse(line).ToString()));
        Assert.Empty(await ExportAsync(scene, "call=RunTimer"));
    }

    [Fact]
    public async Task A_row_of_a_newer_version_is_left_out_and_hides_no_other()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        await scene.FillAsync(2, Newest);
        var key = AuditKey.New(Newest.AddSeconds(-30));
        await scene.Table.AddEntityAsync(new TableEntity(key.PartitionKey, key.RowKey) { ["v"] = 9, ["something"] = "new" }, Cancellation);
        await scene.Table.AddEntityAsync(new TableEntity(key.PartitionKey, "no key at all") { ["v"] = 9 }, Cancellation);

        Assert.Equal(2, (await scene.ListAsync()).Data.Count);
    }

    [Fact]
    public async Task The_purge_deletes_what_is_old_by_its_key_and_by_the_service()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        var now = scene.Pipeline.Get<TimeProvider>().GetUtcNow();
        await scene.FillAsync(3, now);
        // A clock that was wrong by years: it claims to be old, and the service knows better.
        await scene.FillAsync(3, now.AddDays(-2000));
        await scene.Pipeline.Get<AuditPurge>().RunAsync(Cancellation);
        Assert.Equal(6, (await scene.ListAsync()).Data.Count);

        // Seen from a time at which both are old, and one that claims a year to come is, too.
        await scene.FillAsync(1, now.AddDays(5000));
        var table = scene.Pipeline.Get<AuditTable>();
        Assert.True(await table.DeleteBeforeAsync(now.AddDays(-1), now, () => true, Cancellation));
        Assert.Equal(7, (await scene.ListAsync()).Data.Count);
        Assert.True(await table.DeleteBeforeAsync(now.AddDays(2), now.AddDays(402), () => true, Cancellation));

        Assert.Empty((await scene.ListAsync()).Data);
        Assert.Equal(0, await scene.Table.QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));
    }

    private static async Task<string[]> ExportAsync(AuditScene scene, string query)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString($"?{query}");
        var written = new MemoryStream();
        context.Response.Body = written;
        await (await scene.Pipeline.Get<AuditCalls>().ExportAsync(context.Request, Cancellation)).ExecuteAsync(context);
        Assert.StartsWith("application/x-ndjson", context.Response.ContentType, StringComparison.Ordinal);
        return Encoding.UTF8.GetString(written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
