using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>Mails that are posted at the same time are written together, and each caller is told of its own.</summary>
public sealed class GroupCommitTests(AzuriteFixture azurite)
{
    private const int Many = HeldPosts.Many;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mails_that_come_together_share_transactions_and_queue_messages_and_arrive_once_each()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).StartAsync();

        var ids = await HeldPosts.TogetherAsync(pipeline, proxy, i => TestApp.Mail(to: $"r{i}@example.com"));

        Assert.Equal(Many, ids.Distinct().Count());
        // The first went alone and was held: all others gathered while it was.
        Assert.Equal(2, AcceptWrites(proxy));
        Assert.Equal(1 + ((Many - 1 + 7) / 8), Puts(proxy, Lane.Transactional));
        foreach (var id in ids)
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Equal(Enumerable.Range(0, Many).Select(i => $"r{i}@example.com").Order(), relay.Mails.Select(mail => mail.Recipients[0]).Order());
    }

    [Fact]
    public async Task A_mail_that_arrives_alone_is_written_at_once()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        var before = proxy.Writes.Count;

        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        Assert.Equal(
            ["queue:mail-transactional put", "table:Emails insert", "queue:mail-transactional put", "table:Emails insert"],
            proxy.Writes.Skip(before));
    }

    [Fact]
    public async Task A_call_returns_only_after_the_transaction_with_its_mail_has_committed()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        proxy.Faults = request => HeldPosts.IsAccept(request) ? StorageFault.HoldAfter : StorageFault.None;

        var posts = Enumerable.Range(0, 8).Select(_ => pipeline.SubmitAsync(TestApp.Mail(), Cancellation)).ToList();
        await proxy.Held.WaitForAsync(request => request.Verb == "batch", Cancellation);

        Assert.DoesNotContain(posts, post => post.IsCompleted);
        proxy.Faults = _ => StorageFault.None;
        proxy.Release();
        await Task.WhenAll(posts);
    }

    [Fact]
    public async Task Mail_with_a_closed_key_gets_a_new_id_and_the_others_are_accepted()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        var closed = new List<NamedAttempt>();

        var ids = await HeldPosts.TogetherAsync(
            pipeline,
            proxy,
            i => TestApp.Mail(to: $"r{i}@example.com"),
            async named =>
            {
                foreach (var mail in named.Where((_, i) => i % 7 == 3))
                {
                    if (await pipeline.Ledger.TryInsertVoidAsync(mail.Id, Lane.Transactional, TimeProvider.System.GetUtcNow(), Cancellation))
                        closed.Add(mail);
                }
            });

        Assert.NotEmpty(closed);
        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal(Many, rows.Count);
        Assert.All(rows.Values, row => Assert.Equal(EmailState.Queued, row.State));
        Assert.Empty(closed.Select(mail => mail.Id).Intersect(ids));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transaction_that_storage_refuses_is_written_mail_by_mail_and_accepts_none_twice(bool performed)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).StartAsync();
        await pipeline.SubmitAsync(TestApp.Mail(to: "first@example.com"), Cancellation);
        proxy.Faults = request => request is { Name: StorageNames.EmailsTable, Verb: "batch", Seen: 1 }
            ? performed ? StorageFault.AnswerAfter(400) : StorageFault.RefuseWith(400)
            : StorageFault.None;

        var ids = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => pipeline.SubmitAsync(TestApp.Mail(to: $"r{i}@example.com"), Cancellation)));
        foreach (var id in ids)
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        while (await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
        {
        }

        Assert.Equal(
            Enumerable.Range(0, Many).Select(i => $"r{i}@example.com").Append("first@example.com").Order(),
            relay.Mails.Select(mail => mail.Recipients[0]).Order());
    }

    [Fact]
    public async Task Mails_of_both_lanes_and_scheduled_ones_share_writes_but_keep_their_own_queues()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        var later = TimeProvider.System.GetUtcNow().AddHours(1).ToString("O");

        var ids = await HeldPosts.TogetherAsync(pipeline, proxy, i => (i % 3) switch
        {
            0 => TestApp.Mail(lane: "bulk"),
            1 => TestApp.Mail(),
            _ => TestApp.Mail(more: $$""","scheduled_at":"{{later}}" """),
        });

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal((22, 21), (rows.Values.Count(row => row.Lane == Lane.Bulk), rows.Values.Count(row => row.State == EmailState.Scheduled)));
        Assert.Equal(2, AcceptWrites(proxy));
        Assert.Equal(22, proxy.Requests.Where(request => request.Name == StorageNames.BulkQueue).Sum(request => Writes.NamedIn(request).Count));
    }

    [Fact]
    public async Task Each_idempotency_key_names_the_mail_of_its_own_request()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();

        var first = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, $"k{i}")));
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, $"k{i}")));

        Assert.Equal(20, first.Select(answer => answer.Require(202).Id).Distinct().Count());
        Assert.Equal(first.Select(answer => answer.Id), again.Select(answer => answer.Require(202).Id));
    }

    [Fact]
    public async Task A_storage_outage_answers_every_call_with_503_and_accepts_nothing()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        proxy.Faults = request => request.Service == StorageService.Queue ? StorageFault.Refuse : StorageFault.None;

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pipeline.PostAsync(TestApp.Mail(), Cancellation)));

        Assert.All(answers, answer => Assert.Equal(503, answer.Status));
        Assert.Equal(1, proxy.Writes.Count(operation => operation is "table:Emails insert" or "table:Emails batch"));
        proxy.Faults = _ => StorageFault.None;
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
    }

    private static int AcceptWrites(StorageProxy proxy) => proxy.Requests.Count(HeldPosts.IsAccept);

    private static int Puts(StorageProxy proxy, Lane lane) => proxy.Requests.Count(request => HeldPosts.IsPut(request) && request.Name == lane.QueueName());
}
