using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>
/// Three processes share a quota of a day, and one of them is killed in the middle of a burst: never is more accepted, and
/// once its lease is settled the quota is reached exactly.
/// </summary>
public sealed class QuotaProcessTests(AzuriteFixture azurite)
{
    private const int Limit = 90;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_processes_and_a_kill_reach_the_limit_exactly()
    {
        await using var relay = new ScriptedSmtpServer();
        // A run around midnight is of two days.
        while (!await TryAsync(azurite.TakeAccount(), relay))
        {
        }
    }

    private static async Task<bool> TryAsync(string account, ScriptedSmtpServer relay)
    {
        var clients = TestStorage.Open(account);
        await clients.Table(StorageNames.QuotasTable).CreateIfNotExistsAsync(Cancellation);
        var day = TimeProvider.System.GetUtcNow().Date;
        await using var one = await StartAsync(account, relay);
        await using var two = await StartAsync(account, relay);
        await using var three = await StartAsync(account, relay);
        for (var i = 0; i < 5; i++)
        {
            foreach (var app in (AppProcess[])[one, two, three])
                Assert.Equal(HttpStatusCode.Accepted, await PostAsync(app));
        }

        // It takes a share for the burst, and does not come to its end.
        var burst = Enumerable.Range(0, 30).Select(_ => PostAsync(one)).ToList();
        await Task.WhenAll(burst.Take(8));
        await one.KillAsync();
        await Task.WhenAll(burst);

        await UntilRefusedAsync(two, three);
        var accepted = await CountMailsAsync(clients);
        var (taken, unsettled) = await ReadAsync(clients);
        Assert.InRange(accepted, 0, Limit);
        Assert.InRange(taken, accepted, Limit);

        await EndLeasesAsync(clients);
        using (var client = new HttpClient { BaseAddress = two.Url })
        using (var run = await client.PostAsync(new Uri("api/timers/PurgeExpired/run", UriKind.Relative), null, Cancellation))
            Assert.True(run.IsSuccessStatusCode, await run.Content.ReadAsStringAsync(Cancellation));
        await UntilRefusedAsync(two, three);

        if (TimeProvider.System.GetUtcNow().Date != day)
            return false;
        Assert.Equal(Limit, await CountMailsAsync(clients));
        Assert.True(unsettled > 0, "The killed process held no lease.");
        return true;
    }

    /// <summary>Both send what they can, in turns; what the one holds and does not use comes back for the other.</summary>
    private static async Task UntilRefusedAsync(AppProcess one, AppProcess two)
    {
        for (var refusals = 0; refusals < 4;)
        {
            if (await PostAsync(one) == HttpStatusCode.Accepted | await PostAsync(two) == HttpStatusCode.Accepted)
                refusals = 0;
            else
                refusals++;
            // A refusal is remembered for a second.
            if (refusals > 0)
                await Task.Delay(TimeSpan.FromSeconds(1.1), Cancellation);
        }
    }

    private static Task<AppProcess> StartAsync(string account, ScriptedSmtpServer relay) => AppProcess.StartAsync(
        TestApp.On(account).WithRelay(relay)
            .With("MailFunctions:Quotas:App", $"mails_per_day={Limit}")
            .With(TestSettings.Disabled("DeliverTransactional"), "true")
            .With(TestSettings.Disabled("PurgeExpired"), "true")
            .ToProcess(),
        Cancellation);

    /// <returns>Null when no answer came.</returns>
    private static async Task<HttpStatusCode?> PostAsync(AppProcess app)
    {
        try
        {
            using var client = new HttpClient { BaseAddress = app.Url };
            using var body = new StringContent(TestApp.Mail(), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("api/emails", UriKind.Relative), body, Cancellation);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests, text);
            return answer.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    private static async Task<int> CountMailsAsync(StorageClients clients) =>
        await clients.Table(StorageNames.EmailsTable).QueryAsync<TableEntity>(row => row.GetString("state") != "void", cancellationToken: Cancellation).CountAsync(Cancellation);

    private static async Task<(long Taken, int Leases)> ReadAsync(StorageClients clients)
    {
        var leases = JsonNode.Parse((await RowAsync(clients)).GetString("day"))!;
        var granted = leases["leases"]!.AsArray();
        return (leases["spent"]!["mails"]!.GetValue<long>() + granted.Sum(lease => lease!["granted"]!["mails"]!.GetValue<long>()), granted.Count);
    }

    /// <summary>Half an hour passes for the leases.</summary>
    private static async Task EndLeasesAsync(StorageClients clients)
    {
        var row = await RowAsync(clients);
        var day = JsonNode.Parse(row.GetString("day"))!;
        foreach (var lease in day["leases"]!.AsArray())
            lease!["until"] = lease["until"]!.GetValue<DateTimeOffset>() - TimeSpan.FromMinutes(30);
        var changed = new TableEntity(row.PartitionKey, row.RowKey)
        {
            ["day"] = day.ToJsonString(),
            ["lapses_at"] = row.GetDateTimeOffset("lapses_at") - TimeSpan.FromMinutes(30),
        };
        await clients.Table(StorageNames.QuotasTable).UpdateEntityAsync(changed, row.ETag, TableUpdateMode.Merge, Cancellation);
    }

    private static async Task<TableEntity> RowAsync(StorageClients clients) =>
        (await clients.Table(StorageNames.QuotasTable).GetEntityAsync<TableEntity>("app", "use", cancellationToken: Cancellation)).Value;
}
