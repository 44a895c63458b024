using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The fifth fault makes a mail dead, in three writes; a message that nobody can read is kept, in one.</summary>
public sealed class KilledWhileDyingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the entry in the index of held mail"] = Writes.IsHeldEntry,
        ["after the ledger row"] = request => Writes.IsLedgerUpdate(request, EmailState.Dead),
        ["after the event row of the ending"] = Writes.IsEvent,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("after the entry in the index of held mail")]
    [InlineData("after the ledger row")]
    [InlineData("after the event row of the ending")]
    public async Task A_mail_that_dies_is_dead_once_and_found_by_a_person(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        EmailId id;
        await using (var pipeline = await scene.PrepareAsync())
        {
            id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
            await PoisonedMessage.MakeAsync(scene);
            // Four faults already, and no wait for the fifth.
            var row = await pipeline.RowAsync(id, Cancellation);
            Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(row with { Faults = ProcessingFailures.UntilDead - 1 }, Cancellation));
        }

        scene.StopAfter(Stops[point]);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();

        var held = new HeldIndex(scene.Behind);
        var events = new EventLog(scene.Behind, new DirtyMinutes(scene.Behind.Table(StorageNames.ProgressTable), TimeProvider.System), NullLogger<EventLog>.Instance);
        await Eventually.NothingIsMissingAsync(
            async () =>
            {
                var row = (await scene.Ledger.ReadAsync(id, Cancellation))!;
                var ending = row.Ending is { } key ? await events.ReadAsync(key, Cancellation) : null;
                var entries = await held.ReadAsync(EmailState.Dead, null, 10, Cancellation);
                var poison = await scene.CountMessagesAsync(StorageNames.TransactionalQueue + StorageNames.PoisonSuffix);
                return row.State == EmailState.Dead && ending?.State == EmailState.Dead && entries.Any(entry => entry.Id == id) && poison == 0
                    ? null
                    : $"the mail is {row.State.Name()} with {row.Faults} faults, its ending is {ending?.State.Name() ?? "not recorded"}, {entries.Count} entries are held, {poison} messages on the poison queue.";
            },
            () => Task.FromResult(scene.Said()));

        Assert.Equal(0, scene.CountReceived(id.ToString()));
    }

    [Fact]
    public async Task An_unreadable_message_is_kept_as_one_dead_letter_after_a_crash()
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        await using (await scene.PrepareAsync())
        {
            await scene.Behind.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix).SendMessageAsync("not ours", Cancellation);
        }

        scene.StopAfter(request => request is { Name: StorageNames.DeadLettersTable, Verb: "upsert" });
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();

        await Eventually.NothingIsMissingAsync(
            async () => await scene.CountMessagesAsync(StorageNames.BulkQueue + StorageNames.PoisonSuffix) is > 0 and var left ? $"{left} messages are on the poison queue." : null,
            () => Task.FromResult(scene.Said()));
        var letter = Assert.Single(await new DeadLetters(scene.Behind, TimeProvider.System).ReadAsync(10, Cancellation));
        Assert.Equal("not ours", letter.Body);
    }
}
