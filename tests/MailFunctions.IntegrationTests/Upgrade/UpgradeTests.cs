using MailFunctions.Api.Held;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Suppression;
using MailFunctions.Templates;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;

namespace MailFunctions.IntegrationTests.Upgrade;

/// <summary>
/// What earlier versions left in storage is read and finished by this one. <see cref="WrittenByThisVersion"/> says how a
/// version adds what it writes; the files of earlier versions are never changed.
/// </summary>
public sealed class UpgradeTests(AzuriteFixture azurite, WrittenByThisVersion written) : IClassFixture<WrittenByThisVersion>
{
    /// <summary>Not of an earlier version: made anew in each run.</summary>
    private const string ThisVersion = "this version";

    public static TheoryData<string> Versions => [ThisVersion, .. Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Upgrade", "fixtures");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Mail_that_a_version_left_on_its_way_arrives(string version)
    {
        await using var scene = await UpgradeScene.StartAsync(azurite, await ReadAsync(version));
        var pipeline = scene.Pipeline;

        await scene.DeliverAllAsync();
        foreach (var name in (string[])["queued", "with-file", "batch-1", "batch-2", "deferred"])
            Assert.Equal((name, EmailState.Sent), (name, (await scene.RowAsync(name)).State));
        var lost = await scene.RowAsync("sending");
        Assert.Equal((EmailState.Uncertain, 1), (lost.State, lost.Attempt));
        Assert.NotNull(await pipeline.Events.ReadAsync(lost.EventOfAttempt(1), Cancellation));
        Assert.Equal((EmailState.Scheduled, EmailState.Deferred), ((await scene.RowAsync("scheduled")).State, (await scene.RowAsync("deferred-long")).State));

        scene.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(2, await pipeline.Get<Dispatcher>().RunAsync(Cancellation));
        await scene.DeliverAllAsync();
        foreach (var name in (string[])["scheduled", "deferred-long"])
            Assert.Equal((name, EmailState.Sent), (name, (await scene.RowAsync(name)).State));
        foreach (var name in (string[])["queued", "with-file", "batch-1", "batch-2", "deferred", "scheduled", "deferred-long"])
            Assert.Equal(1, scene.CountReceived(name));
        using var file = new MemoryStream();
        await Assert.IsType<MimePart>(Assert.Single(scene.Received("with-file").Attachments)).Content!.DecodeToAsync(file, Cancellation);
        Assert.Equal(WrittenByAVersion.File, file.ToArray());
        Assert.Equal(WrittenByAVersion.Text.Trim(), scene.Received("batch-2").TextBody?.ReplaceLineEndings("\n").Trim());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Mail_that_requires_a_decision_is_listed_and_resolved(string version)
    {
        await using var scene = await UpgradeScene.StartAsync(azurite, await ReadAsync(version));
        var pipeline = scene.Pipeline;

        var held = (await pipeline.ListAsync("state=uncertain,dead", Cancellation)).Require(200).Emails;
        Assert.Equal([scene.Id("dead"), scene.Id("uncertain")], held.OrderDescending());
        Assert.Equal(200, (await pipeline.AnswerAsync(_ => pipeline.Get<HeldMailActions>().RequeueAsync(scene.Id("dead").ToString(), Caller.Operator, Cancellation), Cancellation)).Status);
        Assert.Equal(200, (await pipeline.AnswerAsync(_ => pipeline.Get<HeldMailActions>().DiscardAsync(scene.Id("uncertain").ToString(), Caller.Operator, Cancellation), Cancellation)).Status);
        await scene.DeliverAllAsync();

        Assert.Equal((EmailState.Sent, EmailState.Discarded), ((await scene.RowAsync("dead")).State, (await scene.RowAsync("uncertain")).State));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Data_written_by_an_earlier_version_is_read_back_unchanged(string version)
    {
        await using var scene = await UpgradeScene.StartAsync(azurite, await ReadAsync(version));
        var pipeline = scene.Pipeline;

        foreach (var (name, state, attempts) in ((string, string, int)[])[("sent", "sent", 1), ("partial", "partial", 1), ("failed", "failed", 1), ("suppressed", "suppressed", 0), ("canceled", "canceled", 0), ("keyed", "sent", 1)])
        {
            var mail = await pipeline.ReadAsync(scene.Id(name), Cancellation);
            Assert.Equal((name, state, attempts), (name, mail.GetProperty("status").GetString(), mail.GetProperty("attempts").GetArrayLength()));
        }

        var accepted = (await pipeline.SubmitOneAsync(WrittenByAVersion.KeyedMail, Cancellation, WrittenByAVersion.IdempotencyKey)).Require(202);
        Assert.Equal((scene.Id("keyed"), "true"), (accepted.EmailId, accepted.Headers["Idempotent-Replayed"].ToString()));
        Assert.Equal(2, (await pipeline.ReadBatchAsync(scene.Id("batch").ToString(), Cancellation)).Require(200).Emails.Count);
        Assert.Equal(SuppressionReason.Bounce, (await pipeline.Get<SuppressionTable>().FindAsync(SuppressionKey.Of("gone@example.com"), Cancellation))!.Reason);
        var (head, template) = await pipeline.Get<TemplateStore>().ReadAsync("welcome", null, Cancellation);
        Assert.Equal((2, "Welcome, {{ name }}"), (head!.Version, template!.Content.Subject));
        Assert.Equal("who wrote this?", Assert.Single(await pipeline.Get<DeadLetters>().ReadAsync(10, Cancellation)).Body);
        var key = Assert.Single(await new ApiKeyTable(pipeline.Storage, NullLogger<ApiKeyTable>.Instance).ListAsync(Cancellation));
        Assert.Equal((RightNames.OfEarlierVersions, "example.org", Lane.Bulk), (key.Rights, Assert.Single(key.Limits.Senders), Assert.Single(key.Limits.Lanes)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Statistics_of_a_version_are_read_and_come_out_the_same_when_compiled_again(string version)
    {
        await using var scene = await UpgradeScene.StartAsync(azurite, await ReadAsync(version));

        var before = await scene.TotalAsync();
        Assert.Equal((8, 3, 2), (before.Accepted, before.Sent, before.Rejected));
        await scene.CompileAsync();

        // What was accepted after that version had compiled for the last time is counted now, and nothing twice.
        var after = await scene.TotalAsync();
        Assert.Equal((16, 3, 2), (after.Accepted, after.Sent, after.Rejected));
    }

    private async Task<StoredAccount> ReadAsync(string version)
    {
        var json = version == ThisVersion ? written.Json : await File.ReadAllTextAsync(Path.Combine(Folder, $"{version}.json"), Cancellation);
        return StoredAccount.Parse(json);
    }
}
