using System.Collections.Concurrent;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>SIGKILL at random moments while 500 mails are on their way, until all is quiet; then everything is counted.</summary>
public sealed class KilledAtRandomTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int Mails = 500;
    private const int Kills = 7;
    private const int Posters = 8;
    private const int Seed = 20_261_123;

    /// <summary>What the two lanes have in hand at a time: batchSize + newBatchThreshold messages each, of one mail each here.</summary>
    private const int MostInHand = 2 * (16 + 8);

    /// <summary>On average: the window of claims that one worker holds.</summary>
    private const int ClaimWindow = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_hundred_mails_survive_seven_kills()
    {
        await using var scene = await CrashScene.CreateAsync(azurite, ("MailFunctions:Delivery:Lease", "00:00:06"));
        scene.Relay.Script = Relay();
        await scene.LaunchAsync();
        var started = TimeProvider.System.GetUtcNow();
        using var up = new Gate();
        up.Open();
        var accepted = new ConcurrentDictionary<int, string>();
        var posting = PostAsync(scene, up, accepted);
        var kills = await KillAsync(scene, up);
        var posted = await posting;

        var mails = await UntilSettledAsync(scene, started);

        var survived = Survivors.Of(mails.Values, scene.Relay.Mails.ToList());
        var uncertainByKill = UncertainByKill(scene, mails.Values, kills);
        output.WriteLine($"{posted} posted, {accepted.Count} answered with 202, {mails.Count - accepted.Count} more accepted without an answer, {posted - mails.Count} not accepted.");
        output.WriteLine($"{Kills} kills, with {string.Join(", ", kills.Select(kill => kill.Unsettled))} accepted mails not yet at the relay; left uncertain: {string.Join(", ", uncertainByKill)} attempts.");
        output.WriteLine($"{survived.Describe()}; seed {Seed}.");
        Assert.Equal(Mails, accepted.Count);

        var lost = accepted.Values.Where(id => !mails.ContainsKey(id)).ToList();
        Assert.True(lost.Count == 0, $"Accepted and lost: {string.Join(", ", lost)}");
        Assert.True(survived.Broken.Count == 0, string.Join("\n\n", survived.Broken.Take(5)) + scene.Said());
        Assert.True(kills.Count(kill => kill.Unsettled > 0) >= 6, "Too few of the kills came while mail was on its way.");
        Assert.All(uncertainByKill, uncertain => Assert.InRange(uncertain, 0, MostInHand));
        Assert.InRange(uncertainByKill.Sum(), 0, ClaimWindow * Kills);
        await scene.RequireStatisticsAsync([.. mails.Keys]);
    }

    /// <summary>
    /// Every fifth mail has a recipient that is deferred once, every seventh one that does not exist, and of every thirteenth the
    /// content is refused once. The relay takes its time with the reply to the content, so that kills fall into it.
    /// </summary>
    private static Func<SmtpExchange, SmtpAction?> Relay()
    {
        var refused = new ConcurrentDictionary<int, bool>();
        var random = new Random(Seed);
        return exchange =>
        {
            switch (exchange)
            {
                case { Verb: "RCPT", Seen: 1, Domain: "later.example" }:
                    return SmtpAction.Reply("451 4.3.0 Not now");
                case { Verb: "RCPT", Domain: "gone.example" }:
                    return SmtpAction.Reply("550 5.1.1 No such user");
                case { Verb: SmtpExchange.FinalDot }:
                    var number = Survivors.NumberOf(exchange.Recipients[0]);
                    if (number % 13 == 0 && refused.TryAdd(number, true))
                        return SmtpAction.Reply("452 4.3.1 Not now");
                    lock (random)
                        return SmtpAction.Default.After(TimeSpan.FromMilliseconds(random.Next(60)));
                default:
                    return null;
            }
        };
    }

    private static string Mail(int number)
    {
        List<string> to = [$"n{number}@here.example"];
        if (number % 5 == 0)
            to.Add($"n{number}@later.example");
        if (number % 7 == 0)
            to.Add($"n{number}@gone.example");
        return JsonSerializer.Serialize(new
        {
            from = "shop@example.org",
            to,
            subject = $"Mail {number}",
            text = "Hello",
            lane = number % 2 == 0 ? "bulk" : "transactional",
            tags = new[] { new { name = "number", value = FormattableString.Invariant($"{number}") } },
        });
    }

    /// <summary>Posts until so many are promised. A number without an answer is not posted again: it may be promised or not.</summary>
    /// <returns>How many numbers were posted.</returns>
    private static async Task<int> PostAsync(CrashScene scene, Gate up, ConcurrentDictionary<int, string> accepted)
    {
        var numbers = -1;
        var left = Mails;
        await Task.WhenAll(Enumerable.Range(0, Posters).Select(_ => PostSomeAsync()));
        return numbers + 1;

        async Task PostSomeAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await up.PassAsync(Cancellation);
                var number = Interlocked.Increment(ref numbers);
                if (await scene.PostAsync(Mail(number)) is { } id)
                    accepted[number] = id;
                else
                    Interlocked.Increment(ref left);
            }
        }
    }

    /// <summary>Each moment is so and so many storage requests further on, whatever these are.</summary>
    private static async Task<List<(int Answers, int Unsettled)>> KillAsync(CrashScene scene, Gate up)
    {
        var random = new Random(Seed);
        var kills = new List<(int, int)>();
        while (kills.Count < Kills)
        {
            await Patiently.AwaitAsync(
                scene.Storage.Requests.WaitForCountAsync(scene.Storage.Requests.Count + random.Next(250, 700), Cancellation), "the request to kill at");
            up.Close();
            await scene.KillAsync();
            var unsettled = scene.Storage.Answers.Count(answer => answer.IsSuccess && Writes.IsAccept(answer.Request))
                - scene.Relay.Mails.Select(mail => mail.Header("Message-ID")).Distinct().Count();
            await scene.LaunchAsync();
            // By now whatever the dead process had sent has been performed.
            kills.Add((scene.Storage.Answers.Count, unsettled));
            up.Open();
        }

        return kills;
    }

    /// <returns>What GET emails/{id} says of every mail in the ledger, by id.</returns>
    private static async Task<Dictionary<string, JsonElement>> UntilSettledAsync(CrashScene scene, DateTimeOffset started)
    {
        var rows = new List<LedgerRow>();
        await Patiently.UntilNothingIsMissingAsync(
            async () =>
            {
                rows.Clear();
                var now = TimeProvider.System.GetUtcNow();
                for (var minute = MinutePartition.MinuteOf(started); minute <= now; minute += TimeSpan.FromMinutes(1))
                    rows.AddRange(await scene.Ledger.ReadMinuteAsync(minute, Cancellation).ToListAsync(Cancellation));
                var open = rows.Where(row => row.State.IsOpen()).ToList();
                return open.Count == 0 ? null : $"{open.Count} of {rows.Count} mails are open: {string.Join(", ", open.Take(5).Select(row => $"{row.Id} {row.State.Name()} attempt {row.Attempt} due {row.DueAt:O} {row.Reason}"))}";
            },
            () => Task.FromResult(scene.Said()));

        var mails = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var row in rows)
            mails[row.Id.ToString()] = (await scene.ReadAsync(row.Id.ToString()))!.Value;
        return mails;
    }

    /// <summary>How many attempts each kill left uncertain: those that were claimed before it and after the one before.</summary>
    private static List<int> UncertainByKill(CrashScene scene, IEnumerable<JsonElement> mails, List<(int Answers, int Unsettled)> kills)
    {
        var claims = new Dictionary<(string Id, int Attempt), int>();
        foreach (var (index, answer) in scene.Storage.Answers.ToList().Index())
        {
            if (answer.IsSuccess && Writes.IsClaim(answer.Request))
                claims[Writes.ClaimIn(answer.Request)] = index;
        }

        var uncertain = new int[kills.Count];
        foreach (var mail in mails)
        {
            foreach (var attempt in Survivors.UncertainAttempts(mail))
            {
                var claim = claims[(mail.GetProperty("id").GetString()!, attempt)];
                var kill = kills.FindIndex(kill => claim < kill.Answers);
                Assert.True(kill >= 0, $"Uncertain without a kill: {mail}");
                uncertain[kill]++;
            }
        }

        return [.. uncertain];
    }

    /// <summary>Lets posters pass while the app is up.</summary>
    private sealed class Gate : IDisposable
    {
        private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => Volatile.Read(ref _open).TrySetResult();

        public void Close() => Volatile.Write(ref _open, new(TaskCreationOptions.RunContinuationsAsynchronously));

        public Task PassAsync(CancellationToken cancellationToken) => Volatile.Read(ref _open).Task.WaitAsync(cancellationToken);

        public void Dispose() => Open();
    }
}
