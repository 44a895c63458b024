using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.Templates;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Templates;

/// <summary>Rule 6, and a crash between every two writes of a call about a template.</summary>
public sealed class TemplateStoreFaultTests(AzuriteFixture azurite)
{
    private static readonly Func<int?, bool> Anything = _ => true;

    private static readonly TemplateContent A = new("a", "text a", null);
    private static readonly TemplateContent B = new("b", "text b", null);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_recognised_as_done()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        var store = pipeline.Get<TemplateStore>();
        proxy.Faults = request => request is { IsWrite: true, Seen: 1 } ? StorageFault.LoseAnswer : StorageFault.None;

        var first = await store.SaveAsync("x", A, version => version is null, Cancellation);
        var second = await store.SaveAsync("x", B, version => version == 1, Cancellation);
        var deleted = await store.DeleteAsync("x", version => version == 2, Cancellation);
        var third = await store.SaveAsync("x", A, version => version is null, Cancellation);

        Assert.Equal((1, true), (first!.Head.Version, first.IsChanged));
        Assert.Equal((2, true), (second!.Head.Version, second.IsChanged));
        Assert.True(deleted);
        Assert.Equal((3, true), (third!.Head.Version, third.IsNew));
        Assert.Equal(A, (await store.ReadAsync("x", null, Cancellation)).Version!.Content);
    }

    /// <summary>Each call is cut off after so many of its writes, and then made again by a caller who had no answer.</summary>
    [Fact]
    public async Task An_interrupted_template_call_leaves_nothing_visible_and_can_be_repeated()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).StartAsync();
        var store = pipeline.Get<TemplateStore>();
        var cutOffs = 0;
        for (var writes = 0; writes < 4; writes++)
        {
            var name = $"x{writes}";
            await CutAsync(cut => store.SaveAsync(name, A, Anything, cut));
            await SeenAsync(name, null, A);
            Assert.Equal(1, (await store.SaveAsync(name, A, Anything, Cancellation))!.Head.Version);

            await CutAsync(cut => store.SaveAsync(name, B, Anything, cut));
            await SeenAsync(name, A, B);
            Assert.Equal(2, (await store.SaveAsync(name, B, Anything, Cancellation))!.Head.Version);

            await CutAsync(cut => store.DeleteAsync(name, Anything, cut));
            await SeenAsync(name, B, null);
            await store.DeleteAsync(name, Anything, Cancellation);
            Assert.Null((await store.ReadAsync(name, null, Cancellation)).Version);
            var rows = await pipeline.Storage.Table(StorageNames.TemplatesTable).QueryAsync<TableEntity>($"PartitionKey eq 't-{name}'", cancellationToken: Cancellation).ToListAsync(Cancellation);
            Assert.Equal("head", Assert.Single(rows).RowKey);

            async Task CutAsync(Func<CancellationToken, Task> call)
            {
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                var done = 0;
                proxy.Faults = request =>
                {
                    if (!request.IsWrite || Interlocked.Increment(ref done) <= writes)
                        return StorageFault.None;
                    // The caller is gone before the write is done.
                    cut.Cancel();
                    return StorageFault.HoldBefore;
                };
                if (await Record.ExceptionAsync(() => call(cut.Token)) is not null)
                    cutOffs++;
                proxy.Faults = _ => StorageFault.None;
            }
        }

        // Two writes, one write, two writes.
        Assert.Equal(5, cutOffs);

        async Task SeenAsync(string name, TemplateContent? before, TemplateContent? after)
        {
            var seen = (await store.ReadAsync(name, null, Cancellation)).Version?.Content;
            Assert.Contains(seen, (TemplateContent?[])[before, after]);
            var listed = (await store.ListAsync("", 100, _ => true, Cancellation)).Heads.Any(head => head.Name == name);
            Assert.Equal(seen is not null, listed);
        }
    }
}
