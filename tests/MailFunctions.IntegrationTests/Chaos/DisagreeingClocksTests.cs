using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Triggers;

namespace MailFunctions.IntegrationTests.Chaos;

/// <summary>
/// Rule 6: three hosts on one storage whose clocks are minutes apart, as far as a process cannot be given a wrong clock
/// all in this one. They share every queue message three times over, so that each meets the claims of the others.
/// </summary>
[Collection(Alone.Name)]
public sealed class DisagreeingClocksTests(AzuriteFixture azurite)
{
    private const int Mails = 150;
    private const int SlowMails = 6;

    private static readonly TimeSpan[] Shifts = [TimeSpan.FromMinutes(-7), TimeSpan.Zero, TimeSpan.FromMinutes(5)];
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    /// <summary>Far more than anything here takes, far less than the clocks are apart.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hosts_whose_clocks_are_minutes_apart_send_every_mail_once_and_none_late()
    {
        await using var relay = new ScriptedSmtpServer();
        var arrivals = new ConcurrentQueue<(string Address, TimeSpan At)>();
        relay.Script = exchange => Answer(exchange, arrivals);
        var account = azurite.TakeAccount();
        await using var slow = await StartAsync(account, relay, Shifts[0]);
        await using var right = await StartAsync(account, relay, Shifts[1]);
        await using var fast = await StartAsync(account, relay, Shifts[2]);
        await using var visitor = await TestApp.On(account).WithRelay(relay).StartAsync();
        RunningFunctions[] hosts = [slow, right, fast];

        var posted = new ConcurrentDictionary<string, TimeSpan>();
        var ids = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Mails), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = Cancellation }, async (number, token) =>
        {
            var address = AddressOf(number);
            var lane = number % 2 == 0 ? Lane.Bulk : Lane.Transactional;
            posted[address] = Elapsed();
            var id = await PostAsync(hosts[number % 3].Client, TestApp.Mail(address, lane.Name()), token);
            ids.Add(id);
            // Also while its slow mails are in the hands of a worker: whoever looks must see a live claim.
            var named = new NamedAttempt(EmailId.Parse(id), 1);
            foreach (var hidden in (int[])[0, 4, 8])
                await visitor.Get<LaneQueues>().PutAsync(lane, [named], TimeSpan.FromSeconds(hidden), token);
        });

        await Eventually.NothingIsMissingAsync(() => MissingAsync(visitor, ids), () => Task.FromResult(""));

        var received = relay.Mails.SelectMany(mail => mail.Recipients).CountBy(address => address).ToDictionary();
        Assert.Equal(Mails, received.Count);
        Assert.All(received, pair => Assert.True(pair.Value == 1, $"{pair.Key} received its mail {pair.Value} times."));
        foreach (var id in ids)
        {
            var mail = await visitor.ReadAsync(EmailId.Parse(id), Cancellation);
            var address = mail.GetProperty("recipients")[0].GetProperty("address").GetString()!;
            Assert.Equal("sent", mail.GetProperty("status").GetString());
            // One more would be a claim that was taken from a worker that lives.
            Assert.Equal(address.StartsWith("later", StringComparison.Ordinal) ? 2 : 1, mail.GetProperty("attempts").GetArrayLength());
            var age = TimeProvider.System.GetUtcNow() - mail.GetProperty("accepted_at").GetDateTimeOffset();
            Assert.InRange(age, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(3));
        }

        var late = arrivals.Where(arrival => arrival.At - posted[arrival.Address] > Late).ToList();
        Assert.True(late.Count == 0, $"Late by minutes: {string.Join(", ", late)}");
        Assert.True(arrivals.Count(arrival => arrival.Address.StartsWith("later", StringComparison.Ordinal)) > Mails / 6, "No second attempt took place.");
    }

    private static string AddressOf(int number) => number switch
    {
        < SlowMails => $"slow{number}@example.com",
        _ when number % 5 == 0 => $"later{number}@example.com",
        _ => $"n{number}@example.com",
    };

    /// <summary>The answer to slow mail takes longer than a lease without renewals, and some of the others are put off once.</summary>
    private static SmtpAction? Answer(SmtpExchange exchange, ConcurrentQueue<(string, TimeSpan)> arrivals)
    {
        if (exchange is { Verb: "RCPT", Address: { } address })
            arrivals.Enqueue((address, Elapsed()));
        return exchange switch
        {
            { Verb: "RCPT", Seen: 1, LocalPart: { } name } when name.StartsWith("later", StringComparison.Ordinal) => SmtpAction.Reply("451 4.3.0 Not now"),
            { Verb: SmtpExchange.FinalDot } when exchange.Recipients[0].StartsWith("slow", StringComparison.Ordinal) => SmtpAction.Default.After(Lease * 2),
            _ => null,
        };
    }

    private static Task<RunningFunctions> StartAsync(string account, ScriptedSmtpServer relay, TimeSpan shift) => TestApp.On(account)
        .WithRelay(relay, ("MaxConnections", "24"), ("PerSecond", "30"))
        .With(TestSettings.TransactionalInstances, "3")
        .With(TestSettings.BulkInstances, "3")
        .With(TestSettings.Lease, Lease.ToString("c"))
        .With((TestSettings.TransactionalFirst, "00:00:02"), (TestSettings.TransactionalLongest, "00:00:02"))
        .With((TestSettings.BulkFirst, "00:00:02"), (TestSettings.BulkLongest, "00:00:02"))
        .WithService(new StorageClock(new MovableClock(shift)))
        .ServeAsync(typeof(SubmitEmail).Assembly.GetTypes(), HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json")));

    private static async Task<string> PostAsync(HttpClient client, string json, CancellationToken cancellationToken)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("api/emails", UriKind.Relative), body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<string?> MissingAsync(TestApp visitor, IEnumerable<string> ids)
    {
        var rows = await visitor.Ledger.ReadManyAsync([.. ids.Select(EmailId.Parse)], Cancellation);
        if (rows.Values.Count(row => !row.State.IsOpen()) is var settled and < Mails)
            return $"{settled} of {Mails} mails are settled.";
        var messages = await Task.WhenAll(StorageNames.Queues.Select(queue => visitor.CountMessagesAsync(queue, Cancellation)));
        return messages.Sum() > 0 ? $"{messages.Sum()} queue messages are left." : null;
    }

    private static TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(0);
}
