using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using MailFunctions.Api.Held;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// A call makes a mail open, or due earlier, while storage fails at any of its writes: the answer says what the row says, and
/// something wakes the mail.
/// </summary>
/// <remarks>403 counts as an outage, and no client tries it again: so nobody waits.</remarks>
public sealed partial class RequeueFaultTests(AzuriteFixture azurite)
{
    private static readonly StorageFault Unavailable = StorageFault.RefuseWith(403);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Requeued => [nameof(EmailState.Dead), nameof(EmailState.Failed), nameof(EmailState.Expired)];

    [Theory]
    [MemberData(nameof(Requeued))]
    public async Task Requeue_returns_queued_although_the_message_cannot_be_made_visible(string state)
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await EndAsync(scene, Enum.Parse<EmailState>(state));
        var row = false;
        scene.Storage.Faults = request =>
        {
            if (row && request is { Service: StorageService.Queue, Verb: "put" or "update" })
                return Unavailable;
            row |= Writes.IsLedgerUpdate(request, EmailState.Queued);
            return StorageFault.None;
        };

        var (status, answer) = await RequeueAsync(scene);

        Assert.Equal((200, "queued"), (status, answer));
        Assert.Equal(EmailState.Queued, (await scene.RowAsync()).State);
        Assert.Equal(1, await scene.Pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    [Fact]
    public async Task Requeue_hides_its_message_longer_than_its_writes_take_and_then_shows_it()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await EndAsync(scene, EmailState.Dead);
        scene.Storage.Faults = request => Writes.IsLedgerUpdate(request, EmailState.Queued) ? StorageFault.HoldBefore : StorageFault.None;

        var requeuing = RequeueAsync(scene);
        await Eventually.ComesAsync(scene.Storage.Held.WaitForAsync(_ => true, Cancellation), "the row's write");

        var put = scene.Storage.Requests.Last(request => request is { Service: StorageService.Queue, Verb: "put" });
        Assert.True(HiddenFor(put) >= 2 * StorageClients.LongestCall + TimelyWrite.ServerTimeout, put.Query);
        scene.Storage.Release();
        Assert.Equal((200, "queued"), await requeuing);
        await scene.DeliverAsync(Lane.Transactional);
        Assert.Equal(EmailState.Sent, (await scene.RowAsync()).State);
        Assert.Equal(0, await scene.Pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    [Fact]
    public async Task A_call_whose_answer_was_lost_is_made_again_and_answered_as_the_row_stands()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await EndAsync(scene, EmailState.Dead);
        scene.Storage.Faults = request => Writes.IsLedgerUpdate(request, EmailState.Queued) ? StorageFault.AnswerAfter(403) : StorageFault.None;
        Assert.Equal(503, (await RequeueAsync(scene)).Status);
        Assert.Equal(EmailState.Queued, (await scene.RowAsync()).State);
        scene.Storage.Faults = _ => StorageFault.None;

        Assert.Equal((200, "queued"), await RequeueAsync(scene));

        await scene.DeliverAsync(Lane.Transactional);
        Assert.Equal(EmailState.Sent, (await scene.RowAsync()).State);
        Assert.Equal(409, (await RequeueAsync(scene)).Status);
        Assert.Single(scene.Relay.Mails);
    }

    [Theory]
    [MemberData(nameof(Requeued))]
    public async Task A_requeued_mail_is_sent_once_when_any_single_write_loses_its_answer(string state)
    {
        for (var lost = 1; lost <= 3; lost++)
        {
            await using var scene = await PipelineScene.StartAsync(azurite);
            await EndAsync(scene, Enum.Parse<EmailState>(state));
            var (write, nth) = (0, lost);
            scene.Storage.Faults = request => request.IsWrite && Interlocked.Increment(ref write) == nth ? StorageFault.LoseAnswer : StorageFault.None;
            Assert.Equal((200, "queued"), await RequeueAsync(scene));
            Assert.True(Volatile.Read(ref write) >= lost);
            scene.Storage.Faults = _ => StorageFault.None;

            await scene.DeliverToTheEndAsync(Lane.Transactional);

            Assert.Equal(EmailState.Sent, (await scene.RowAsync()).State);
            Assert.Single(scene.Relay.Mails);
        }
    }

    [Fact]
    public async Task A_mail_rescheduled_to_a_near_time_wakes_even_if_the_last_write_fails()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await scene.SubmitAsync(TestApp.Mail(more: FormattableString.Invariant($",\"scheduled_at\":\"{Now(scene).AddDays(300):O}\"")));
        var isMoved = false;
        scene.Storage.Faults = request =>
        {
            if (isMoved && (request.Service == StorageService.Queue || Writes.IsScheduleRow(request)))
                return Unavailable;
            isMoved |= Writes.IsMove(request);
            return StorageFault.None;
        };

        var at = Now(scene).AddSeconds(10);
        var answer = await scene.Pipeline.RescheduleAsync(scene.Id, FormattableString.Invariant($"{{\"scheduled_at\":\"{at:O}\"}}"), Cancellation);

        Assert.Equal(200, answer.Status);
        var soon = await scene.Behind.Table(StorageNames.ScheduleTable).QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .Select(ScheduleRow.FromEntity).Where(row => row.Due < at.AddDays(1)).ToListAsync(Cancellation);
        // Not before the row may be written: it would be put back for the old time.
        Assert.InRange(Assert.Single(soon).Due, at.AddMinutes(4), Now(scene) + TimelyWrite.WakeUpAfter + TimeSpan.FromMinutes(1));
    }

    private static DateTimeOffset Now(PipelineScene scene) => scene.Pipeline.Get<TimeProvider>().GetUtcNow();

    /// <summary>Brings a mail to an end from which it is queued again, and the relay to take it then.</summary>
    private static async Task EndAsync(PipelineScene scene, EmailState state)
    {
        await scene.SubmitAsync(TestApp.Mail());
        if (state == EmailState.Expired)
            await scene.ChangeAsync(row => row with { ExpiresAt = row.AcceptedAt });
        if (state == EmailState.Dead)
        {
            for (var fault = 0; fault < ProcessingFailures.UntilDead; fault++)
                await scene.Pipeline.Get<ProcessingFailures>().CountAsync(scene.Id, $"source {fault}", "broken", Cancellation);
        }

        if (state == EmailState.Failed)
        {
            // However the rules take the reply: this is what the mail came to.
            var quota = new SmtpReply(SmtpStage.MailFrom, 550, "5.4.5", "Quota");
            await scene.ChangeAsync(row => row with { Recipients = [.. row.Recipients.Select(recipient => recipient with { Status = RecipientStatus.Rejected, Reply = quota })] });
            Assert.True(await scene.Pipeline.Get<TerminalStates>().TryEndAsync(await scene.RowAsync(), EmailState.Failed, "MailFrom: 550 5.4.5 Quota", Cancellation));
        }

        while ((await scene.Behind.Queue(StorageNames.TransactionalQueue).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation)).Value is { } message)
        {
            await scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, message, Cancellation);
            await scene.DeleteAsync(StorageNames.TransactionalQueue, message);
        }

        await scene.Behind.Queue(StorageNames.TransactionalQueue).ClearMessagesAsync(Cancellation);
        Assert.Equal(state, (await scene.RowAsync()).State);
    }

    private static async Task<(int Status, string? State)> RequeueAsync(PipelineScene scene)
    {
        var (status, body, _) = await scene.Pipeline.AnswerAsync(_ => scene.Pipeline.Get<HeldMailActions>().RequeueAsync(scene.Id.ToString(), Caller.Operator, Cancellation), Cancellation);
        return (status, status == 200 ? body.RootElement.GetProperty("status").GetString() : null);
    }

    private static TimeSpan HiddenFor(StorageRequest put) =>
        TimeSpan.FromSeconds(int.Parse(Visibility().Match(put.Query).Groups[1].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"[?&]visibilitytimeout=(\d+)")]
    private static partial Regex Visibility();
}
