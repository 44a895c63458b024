using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Templates;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>What has an end of its own, or was left behind.</summary>
public sealed class ExpiredTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_idempotency_key_goes_a_day_after_the_mail_was_to_be_sent()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await scene.Pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "now");
        var later = TestApp.Mail(more: $$""","scheduled_at":"{{scene.Clock.GetUtcNow().AddDays(10):O}}" """);
        var first = (await scene.Pipeline.SubmitOneAsync(later, Cancellation, "later")).Require(202);

        await scene.RunAfterAsync(TimeSpan.FromHours(24.5));
        Assert.Equal(2, (await scene.RowsAsync(StorageNames.IdempotencyTable)).Count);
        await scene.RunAfterAsync(TimeSpan.FromDays(1));
        Assert.Single(await scene.RowsAsync(StorageNames.IdempotencyTable));
        Assert.Equal(first.Id, (await scene.Pipeline.SubmitOneAsync(later, Cancellation, "later")).Require(202).Id);

        await scene.RunAfterAsync(TimeSpan.FromDays(10));
        Assert.Empty(await scene.RowsAsync(StorageNames.IdempotencyTable));
    }

    [Fact]
    public async Task A_suppression_is_purged_after_its_expiry_and_one_without_expiry_stays()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await scene.Pipeline.SuppressAsync("holiday@example.com", $$"""{"expires_at":"{{scene.Clock.GetUtcNow().AddDays(3):O}}"}""");
        await scene.Pipeline.SuppressAsync("gone@example.com");

        await scene.RunAfterAsync(TimeSpan.FromDays(2));
        Assert.Equal(2, (await scene.RowsAsync(StorageNames.SuppressionsTable)).Count);
        await scene.RunAfterAsync(TimeSpan.FromDays(2));
        Assert.Single(await scene.RowsAsync(StorageNames.SuppressionsTable));
        Assert.Equal(204, await scene.Pipeline.AllowAsync("gone@example.com"));
    }

    [Fact]
    public async Task Versions_of_a_template_that_a_delete_left_behind_go_and_those_of_others_stay()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var store = scene.Pipeline.Get<TemplateStore>();
        foreach (var name in (string[])["deleted", "used"])
            await store.SaveAsync(name, new TemplateContent("Hello", "Hello", null), _ => true, Cancellation);
        var head = (await store.ReadHeadAsync("deleted", Cancellation))!;
        // The delete dies after its commit.
        Assert.True(await scene.Pipeline.Get<TemplateTable>().TryWriteAsync(head with { First = head.Version + 1 }, Cancellation));

        await scene.RunAsync();

        Assert.DoesNotContain(await scene.RowsAsync(StorageNames.TemplatesTable), key => key.StartsWith("t-deleted/v-", StringComparison.Ordinal));
        Assert.NotNull((await store.ReadAsync("used", null, Cancellation)).Version);
    }

    [Fact]
    public async Task An_entry_of_the_held_index_is_purged_once_its_mail_requires_no_decision()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var ids = EmailId.Mint(scene.Clock.GetUtcNow(), 2);
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, ids, Cancellation, (i, row) => row with { State = i == 0 ? EmailState.Discarded : EmailState.Dead, EndedAt = row.AcceptedAt });
        foreach (var id in ids)
            await scene.Pipeline.Get<HeldIndex>().AddAsync(id, EmailState.Dead, id.MintedAt, Cancellation);

        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);

        Assert.EndsWith(ids[1].ToString(), Assert.Single(await scene.RowsAsync(StorageNames.HeldTable)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_used_again_while_it_was_swept_stays()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await scene.Pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "again");
        scene.Clock.Advance(TimeSpan.FromDays(2));
        var second = (await scene.Pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "again")).Require(202);

        await scene.RunAsync();

        Assert.Single(await scene.RowsAsync(StorageNames.IdempotencyTable));
        Assert.Equal(second.Id, (await scene.Pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "again")).Require(202).Id);
    }

    [Fact]
    public async Task Dead_letters_are_kept_however_old()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await scene.Pipeline.Storage.Table(StorageNames.DeadLettersTable).AddEntityAsync(new TableEntity("mail-bulk", "1") { ["kept_at"] = scene.Clock.GetUtcNow() }, Cancellation);

        await scene.RunAfterAsync(TimeSpan.FromDays(5000));

        Assert.Single(await scene.RowsAsync(StorageNames.DeadLettersTable));
    }
}
