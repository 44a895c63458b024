using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>The quota of an API key, by each way in.</summary>
public sealed class KeyQuotaTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task A_key_has_one_quota_for_all_ways_in_and_others_have_theirs()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var terms = new KeyTerms { Rights = [KeyRight.Send], Quotas = ["mails_per_day=3"] };
        // A run around midnight is of two days.
        for (var day = default(DateTime); day != TimeProvider.System.GetUtcNow().Date;)
        {
            day = TimeProvider.System.GetUtcNow().Date;
            var (limited, other) = (await scene.MakeKeyAsync(terms), await scene.MakeKeyAsync(terms));
            int[] accepted =
            [
                (await scene.CallAsync("POST", "emails", limited, KeyScene.Mail())).Status,
                (await scene.SendAsync("POST", "emails", KeyScene.FunctionKey, limited, KeyScene.Mail())).Status,
                (await scene.CallAsync("POST", "/resend/emails", limited, KeyScene.Mail())).Status,
            ];
            KeyAnswer[] refused = [await scene.CallAsync("POST", "emails", limited, KeyScene.Mail()), await scene.CallAsync("POST", "/resend/emails", limited, KeyScene.Mail())];
            KeyAnswer[] ofOthers = [await scene.CallAsync("POST", "emails", other, KeyScene.Mail()), await scene.SendAsync("POST", "emails", KeyScene.FunctionKey, apiKey: null, KeyScene.Mail())];
            if (TimeProvider.System.GetUtcNow().Date != day)
                continue;

            Assert.Equal([202, 202, 200], accepted);
            Assert.All(refused, answer => Assert.Equal(429, answer.Status));
            Assert.All(ofOthers, answer => Assert.Equal(202, answer.Status));
        }
    }

    [Fact]
    public async Task A_key_makes_no_key_with_more_than_its_own_quota()
    {
        await using var scene = await KeyScene.StartAsync(azurite);
        var maker = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Keys, KeyRight.Send], Quotas = ["mails_per_day=3"] });

        Assert.Equal(403, (await MakeAsync("""["mails_per_day=4"]""")).Status);
        Assert.Equal(403, (await MakeAsync("[]")).Status);
        Assert.Equal(422, (await MakeAsync("""["mails_per_year=3"]""")).Status);
        var made = await MakeAsync("""["mails_per_day=3","bytes_per_minute=1000"]""");
        Assert.Equal(201, made.Status);
        Assert.Equal(["mails_per_day=3", "bytes_per_minute=1000"], made.Body.GetProperty("quotas").EnumerateArray().Select(quota => quota.GetString()));

        Task<KeyAnswer> MakeAsync(string quotas) =>
            scene.CallAsync("POST", "keys", maker, $$"""{"name":"x","rights":["send"],"senders":["example.com"],"quotas":{{quotas}}}""");
    }
}
