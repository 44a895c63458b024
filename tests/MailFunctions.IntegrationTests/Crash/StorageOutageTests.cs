using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Storage is gone for longer than its client tries: nothing is lost, nothing doubled, and nobody is to blame.</summary>
public sealed class StorageOutageTests(AzuriteFixture azurite)
{
    /// <summary>Tries of the storage client for one write: beyond it the pipeline itself has to be patient.</summary>
    private const int ClientTries = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("transactional")]
    [InlineData("bulk")]
    public async Task An_outcome_that_is_learnt_during_an_outage_is_recorded_after_it(string lane)
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null;
        await scene.SubmitAsync(TestApp.Mail(lane: lane));

        var delivering = scene.DeliverAsync(LaneNames.Parse(lane));
        await Eventually.ComesAsync(scene.Relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation), "the content at the relay");
        scene.Storage.Outage = true;
        scene.Relay.Script = _ => null;
        scene.Relay.Release();
        await ArriveAsync(scene, request => Writes.IsEvent(request) && request.Seen > ClientTries);
        Assert.Equal(EmailState.Sending, (await scene.RowAsync()).State);
        scene.Storage.Outage = false;
        await delivering;

        await RequireSentOnceAsync(scene, "1 attempts, 0 uncertain");
    }

    [Fact]
    public async Task Claims_with_a_lost_answer_are_returned_and_the_next_attempt_sends_the_mail()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await scene.SubmitAsync(TestApp.Mail());
        scene.Storage.Faults = request =>
        {
            if (!Writes.IsClaim(request) || request.Seen > 1)
                return StorageFault.None;
            scene.Storage.Outage = true;
            return StorageFault.LoseAnswer;
        };

        var delivering = scene.DeliverAsync(Lane.Transactional);
        await ArriveAsync(scene, request => Writes.IsClaim(request) && request.Seen == ClientTries);
        var reads = scene.Storage.Requests.Count(IsLedgerRead);
        await ArriveAsync(scene, request => IsLedgerRead(request) && request.Seen > reads + ClientTries);
        scene.Storage.Outage = false;
        await Assert.ThrowsAnyAsync<Exception>(() => delivering);
        Assert.Empty(scene.Relay.Mails);
        await scene.DeliverToTheEndAsync(Lane.Transactional);

        await RequireSentOnceAsync(scene, "2 attempts, 0 uncertain");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_claim_that_storage_would_carry_out_after_it_was_given_up_comes_too_late(int mails)
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await SubmitBatchAsync(scene, mails);
        scene.Storage.Faults = request => Writes.IsClaim(request) ? StorageFault.PerformLate(403) : StorageFault.None;

        var message = await scene.TakeAsync(StorageNames.TransactionalQueue);
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, message, Cancellation));
        var claim = Assert.Single(scene.Storage.Held);
        Assert.Equal(mails == 1 ? "merge" : "batch", claim.Verb);
        scene.Storage.Faults = _ => StorageFault.None;
        scene.Storage.Release();
        var late = await Eventually.ComesAsync(scene.Storage.Answers.WaitForAsync(answer => answer.Request.Number == claim.Number, Cancellation), "the late claim");

        Assert.Equal(412, late.Status);
        Assert.Equal((EmailState.Queued, 0), ((await scene.RowAsync()).State, (await scene.RowAsync()).Attempt));
        await scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, message, Cancellation);
        await RequireSentOnceAsync(scene, "1 attempts, 0 uncertain", mails);
    }

    [Fact]
    public async Task A_late_claim_that_is_faster_than_the_write_against_it_is_given_back()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await SubmitBatchAsync(scene, 1);
        StorageRequest? claim = null;
        scene.Storage.Faults = request =>
        {
            if (claim is null && Writes.IsClaim(request))
            {
                claim = request;
                return StorageFault.PerformLate(403);
            }

            return request is { Service: StorageService.Table, Name: StorageNames.EmailsTable, IsWrite: true } ? StorageFault.HoldBefore : StorageFault.None;
        };

        var delivering = scene.DeliverAsync(Lane.Transactional);
        var against = await Eventually.ComesAsync(scene.Storage.Held.WaitForAsync(request => claim is not null && request.Number > claim.Number, Cancellation), "the write against it");
        scene.Storage.Faults = _ => StorageFault.None;
        scene.Storage.Release(claim!);
        await Eventually.ComesAsync(scene.Storage.Answers.WaitForAsync(answer => answer.Request.Number == claim!.Number && answer.IsSuccess, Cancellation), "the late claim");
        scene.Storage.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => delivering);

        Assert.Equal(412, scene.Storage.Answers.Single(answer => answer.Request.Number == against.Number).Status);
        await scene.DeliverToTheEndAsync(Lane.Transactional);
        await RequireSentOnceAsync(scene, "2 attempts, 0 uncertain");
    }

    [Theory]
    [InlineData("hold", nameof(EmailState.Uncertain))]
    [InlineData("assume_sent", nameof(EmailState.Sent))]
    public async Task A_failed_claim_does_not_correct_the_outcome_of_another_with_the_same_number(string policy, string state)
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Close.Stored() : null;
        await scene.SubmitAsync(TestApp.Mail(more: $",\"on_uncertain\":\"{policy}\""));
        var (claims, reads) = (0, 0);
        scene.Storage.Faults = request =>
        {
            if (Writes.IsClaim(request) && Interlocked.Increment(ref claims) == 1)
                return StorageFault.RefuseWith(403);
            return Volatile.Read(ref claims) == 1 && IsLedgerRead(request) && Interlocked.Increment(ref reads) == 1 ? StorageFault.HoldBefore : StorageFault.None;
        };

        var failing = scene.DeliverAsync(Lane.Transactional);
        await Eventually.ComesAsync(scene.Storage.Held.WaitForAsync(IsLedgerRead, Cancellation), "the look at what came of the claim");
        await new LaneQueues(scene.Behind).PutAsync(Lane.Transactional, [new NamedAttempt(scene.Id, 1)], TimeSpan.Zero, Cancellation);
        await scene.DeliverAsync(Lane.Transactional);
        Assert.Equal(Enum.Parse<EmailState>(state), (await scene.RowAsync()).State);
        scene.Storage.Release();
        await Assert.ThrowsAnyAsync<Exception>(() => failing);

        var row = await scene.RowAsync();
        Assert.Equal((Enum.Parse<EmailState>(state), 1), (row.State, row.Attempt));
        Assert.Empty(row.Corrected);
        Assert.Single(await scene.Pipeline.Events.ReadTimelineAsync(row, Cancellation));
        Assert.Single(scene.Relay.Mails);
    }

    [Fact]
    public async Task A_renewal_whose_answer_is_lost_in_an_outage_keeps_the_workers_lease()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null;
        await scene.SubmitAsync(TestApp.Mail());
        var tries = 0;
        scene.Storage.Faults = request =>
        {
            if (!Writes.IsRenewal(request))
                return StorageFault.None;
            var nth = Interlocked.Increment(ref tries);
            return nth == 1 ? StorageFault.LoseAnswer : nth <= ClientTries ? StorageFault.Refuse : StorageFault.None;
        };

        var delivering = scene.DeliverAsync(Lane.Transactional);
        await Eventually.NothingIsMissingAsync(
            async () => Volatile.Read(ref tries) > ClientTries && (await scene.RowAsync()).Claim?.LeaseUntil > TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1)
                ? null
                : "the lease has not been renewed again.",
            async () => $"{(await scene.RowAsync()).Claim}");
        await new LaneQueues(scene.Behind).PutAsync(Lane.Transactional, [new NamedAttempt(scene.Id, 1)], TimeSpan.Zero, Cancellation);
        await scene.DeliverAsync(Lane.Transactional);
        scene.Relay.Script = _ => null;
        scene.Relay.Release();
        await delivering;

        await RequireSentOnceAsync(scene, "1 attempts, 0 uncertain");
    }

    [Fact]
    public async Task An_outage_before_the_claim_throws_the_message_back_to_the_host_with_nothing_done()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await scene.SubmitAsync(TestApp.Mail());
        var message = await scene.TakeAsync(StorageNames.TransactionalQueue);

        scene.Storage.Outage = true;
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, Counted(message, 3), Cancellation));
        scene.Storage.Outage = false;
        var row = await scene.RowAsync();
        Assert.Equal((EmailState.Queued, 0, 0), (row.State, row.Attempt, row.Faults));
        await scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, Counted(message, 4), Cancellation);

        await RequireSentOnceAsync(scene, "1 attempts, 0 uncertain");
    }

    [Fact]
    public async Task A_message_at_its_last_try_is_put_anew_so_that_outages_poison_nothing()
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        await scene.SubmitAsync(TestApp.Mail());
        var message = await scene.TakeAsync(StorageNames.TransactionalQueue);
        scene.Storage.Faults = request => request.Service == StorageService.Table ? StorageFault.Refuse : StorageFault.None;

        await scene.Pipeline.Get<Deliverer>().DeliverAsync(Lane.Transactional, Counted(message, 4), Cancellation);
        await scene.DeleteAsync(StorageNames.TransactionalQueue, message);

        scene.Storage.Faults = _ => StorageFault.None;
        var row = await scene.RowAsync();
        Assert.Equal((EmailState.Queued, 0, 0), (row.State, row.Attempt, row.Faults));
        var copy = scene.Storage.Requests.Last(request => request.Verb == "put");
        Assert.Equal(scene.Id, Assert.Single(Writes.NamedIn(copy)).Id);
        Assert.Contains("visibilitytimeout=180", copy.Query, StringComparison.Ordinal);
        Assert.Equal(1, await scene.Pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    /// <summary>Accepts a batch of mails whose uncertain attempts would count as sent. They are claimed together: a batch is one message and, being small, one partition.</summary>
    private static async Task SubmitBatchAsync(PipelineScene scene, int mails)
    {
        var recipients = string.Join(',', Enumerable.Range(1, mails).Select(i => $$"""{"to":"{{i}}@example.com"}"""));
        await scene.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"s","text":"t","lane":"transactional","on_uncertain":"assume_sent"},"emails":[{{recipients}}]}""");
    }

    private static bool IsLedgerRead(StorageRequest request) => request is { Name: StorageNames.EmailsTable, Verb: "read" };

    private static Task ArriveAsync(PipelineScene scene, Func<StorageRequest, bool> request) =>
        Eventually.ComesAsync(scene.Storage.Requests.WaitForAsync(request, Cancellation), "the request that the outage is to outlast");

    private static QueueMessage Counted(QueueMessage message, int tries) => QueuesModelFactory.QueueMessage(
        message.MessageId, message.PopReceipt, message.Body, tries, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);

    private static async Task RequireSentOnceAsync(PipelineScene scene, string attempts, int mails = 1)
    {
        var row = await scene.RowAsync();
        var timeline = await scene.Pipeline.Events.ReadTimelineAsync(row, Cancellation);
        var uncertain = timeline.Count(e => e.Recipients.Any(recipient => recipient.Status == RecipientStatus.Uncertain));
        Assert.True(
            row is { State: EmailState.Sent, Faults: 0 } && scene.Relay.Mails.Count == mails && $"{timeline.Count} attempts, {uncertain} uncertain" == attempts,
            await scene.DescribeAsync());
    }
}
