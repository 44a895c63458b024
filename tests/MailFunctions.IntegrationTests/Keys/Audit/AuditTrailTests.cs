using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Keys.Audit;

/// <summary>Every audited call leaves a true entry, whatever becomes of it, and no call is carried out without one.</summary>
public sealed class AuditTrailTests(AzuriteFixture azurite)
{
    private const string Id = "01a207c4-6712-7000-9c40-f48fcae410f2";
    private const string Cancel = $"/api/emails/{Id}/cancel";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, string, string?> Answers => new()
    {
        { 200, "done", null }, { 204, "done", null }, { 404, "refused", "not_found" }, { 409, "refused", "invalid_state" }, { 503, "failed", "storage_unavailable" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_entry_says_who_called_about_what_and_what_became_of_it(int status, string result, string? error)
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        var (id, key) = await scene.AddKeyAsync(Rights.All);

        Assert.Equal(status, await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(AnswerOf(status)), key));

        var entry = Assert.Single((await scene.ListAsync()).Data);
        Assert.Equal(
            ($"key:{id}", "CancelEmail", $"emails/{Id}", "203.0.113.0/24", result, status, error),
            (Text("who"), Text("call"), Text("target"), Text("network"), Text("result"), entry.GetProperty("status").GetInt32(), Text("error")));
        var (at, recorded, completed) = (Time("at"), Time("recorded_at"), Time("completed_at"));
        Assert.True(at <= completed);
        Assert.InRange(recorded - at, TimeSpan.FromSeconds(-2), TimeSpan.FromMinutes(1));

        string? Text(string name) => entry.GetProperty(name).GetString();

        DateTimeOffset Time(string name) => entry.GetProperty(name).GetDateTimeOffset();
    }

    [Fact]
    public async Task An_exception_reads_as_failed_and_a_caller_who_leaves_as_unknown()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        using var leaving = new CancellationTokenSource();

        Assert.Equal(500, await scene.CallAsync("CancelEmail", Cancel, () => throw new InvalidOperationException("A bug.")));
        Assert.Equal(503, await scene.CallAsync("CancelEmail", Cancel, () => throw new TimeoutException()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.CallAsync(
            "CancelEmail",
            Cancel,
            async () =>
            {
                await leaving.CancelAsync();
                leaving.Token.ThrowIfCancellationRequested();
                return Results.NoContent();
            },
            cancellationToken: leaving.Token));

        Assert.Equal(["unknown ", "failed storage_unavailable", "failed internal_error"], (await scene.ListAsync()).Data.Select(Said));
    }

    [Fact]
    public async Task The_holder_of_a_function_key_is_known_by_its_fingerprint()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());

        await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(Results.NoContent()));

        Assert.Matches("^function-key:[A-Za-z0-9_-]{20}$", Assert.Single((await scene.ListAsync()).Data).GetProperty("who").GetString());
    }

    [Fact]
    public async Task A_call_whose_first_row_cannot_be_written_is_not_carried_out()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await AuditScene.StartAsync(proxy.ConnectionString);
        proxy.Faults = request => request is { Name: StorageNames.AuditTable, IsWrite: true } ? StorageFault.RefuseWith(403) : StorageFault.None;
        var isCarriedOut = false;

        Assert.Equal(503, await scene.CallAsync("CancelEmail", Cancel, () =>
        {
            isCarriedOut = true;
            return Task.FromResult(Results.NoContent());
        }));

        Assert.False(isCarriedOut);
    }

    [Fact]
    public async Task A_call_whose_second_row_cannot_be_written_keeps_its_answer_and_reads_as_unknown()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await AuditScene.StartAsync(proxy.ConnectionString);

        Assert.Equal(204, await scene.CallAsync("CancelEmail", Cancel, () =>
        {
            proxy.Faults = request => request.Name == StorageNames.AuditTable ? StorageFault.RefuseWith(403) : StorageFault.None;
            return Task.FromResult(Results.NoContent());
        }));
        proxy.Faults = _ => StorageFault.None;

        Assert.Equal("unknown ", Said(Assert.Single((await scene.ListAsync()).Data)));
        Assert.Equal(1, scene.Pipeline.Logs.Count(1020));
    }

    [Fact]
    public async Task An_insert_whose_answer_is_lost_is_one_entry()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await AuditScene.StartAsync(proxy.ConnectionString);
        proxy.Faults = request => request is { Name: StorageNames.AuditTable, IsWrite: true, Seen: 1 or 3 } ? StorageFault.LoseAnswer : StorageFault.None;

        Assert.Equal(204, await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(Results.NoContent())));

        Assert.Equal("done ", Said(Assert.Single((await scene.ListAsync()).Data)));
        Assert.Equal(2, await scene.Table.QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task A_known_key_without_the_right_leaves_one_entry_a_minute()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        var (id, key) = await scene.AddKeyAsync(Rights.Send);

        for (var tries = 0; tries < 3; tries++)
            Assert.Equal(403, await scene.CallAsync("CancelEmail", Cancel, () => throw new InvalidOperationException("It may not."), key));
        Assert.Equal(401, await scene.CallAsync("CancelEmail", Cancel, () => throw new InvalidOperationException("It may not."), key[..^1] + (key[^1] == 'A' ? 'B' : 'A')));

        var entry = Assert.Single((await scene.ListAsync()).Data);
        Assert.Equal(($"key:{id}", "refused restricted_api_key", 403), (entry.GetProperty("who").GetString(), Said(entry), entry.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Calls_of_a_paused_key_are_refused_and_recorded()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        var (id, key) = await scene.AddKeyAsync(Rights.All);
        Assert.Equal(204, await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(Results.NoContent()), key));
        var pause = new Pause(new PauseTarget(PauseKind.Key, id), "It leaked", "operator:command", DateTimeOffset.UnixEpoch, null);
        await scene.Pipeline.Get<PauseTable>().PutAsync(pause, Cancellation);
        scene.Pipeline.Get<PauseList>().Forget();

        Assert.Equal(403, await scene.CallAsync("CancelEmail", Cancel, () => throw new InvalidOperationException("It may not."), key));
        Assert.Equal(204, await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(Results.NoContent())));
        await scene.Pipeline.Get<PauseTable>().RemoveAsync(pause.Target, Cancellation);
        scene.Pipeline.Get<PauseList>().Forget();
        Assert.Equal(204, await scene.CallAsync("CancelEmail", Cancel, () => Task.FromResult(Results.NoContent()), key));

        Assert.Equal(["done ", "done ", "refused restricted_api_key", "done "], (await scene.ListAsync()).Data.Select(Said));
    }

    [Fact]
    public async Task The_command_leaves_the_entries_of_the_calls_that_it_stands_for()
    {
        var account = azurite.TakeAccount();
        await using var scene = await AuditScene.StartAsync(account);
        var desk = await ApiKeyAdministration.OpenAsync(TestStorage.Setting(account), Cancellation);

        var id = (await desk.AddAsync(new KeyTerms { Name = "shop", Rights = ["send"], Senders = ["example.org"] }, Cancellation)).Split('_')[1];
        await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(new KeyTerms { Name = "shop", Rights = ["sned"], Senders = ["example.org"] }, Cancellation));
        Assert.True(await desk.ChangeAsync(id, terms => terms with { Name = "another shop" }, Cancellation));
        Assert.True(await desk.RevokeAsync(id, withMade: false, Cancellation));
        Assert.False(await desk.RevokeAsync("ada@example.com", withMade: false, Cancellation));

        Assert.Equal(
            [
                "operator:command RevokeKey keys/? refused not_found", $"operator:command RevokeKey keys/{id} done ", $"operator:command ChangeKey keys/{id} done ",
                "operator:command MakeKey keys refused validation_error", $"operator:command MakeKey keys/{id} done ",
            ],
            (await scene.ListAsync()).Data.Select(entry =>
                $"{entry.GetProperty("who").GetString()} {entry.GetProperty("call").GetString()} {entry.GetProperty("target").GetString()} {Said(entry)}"));
    }

    [Fact]
    public async Task No_address_of_a_path_is_stored()
    {
        await using var scene = await AuditScene.StartAsync(azurite.TakeAccount());
        await scene.CallAsync("PutSuppression", "/api/suppressions/ada@example.com", () => Task.FromResult(Results.NoContent()));
        await scene.CallAsync("EraseRecipient", "/api/recipients/erase", () => Task.FromResult(Results.NoContent()));
        await scene.CallAsync("CancelEmail", "/api/emails/ada@example.com/cancel", () => Task.FromResult(Results.NotFound()));

        var rows = await scene.Table.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(6, rows.Count);
        Assert.All(rows, row => Assert.DoesNotContain(row, value => value.Value is string text && text.Contains("ada", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(["emails/?", "recipients", $"suppressions/{RecipientHash.Of("ada@example.com")}"], (await scene.ListAsync()).Data.Select(entry => entry.GetProperty("target").GetString()));
    }

    private static IResult AnswerOf(int status) => status switch
    {
        200 => Results.Ok(),
        204 => Results.NoContent(),
        404 => MailFunctions.Http.Problem.NotFound("None.").ToResult(),
        409 => MailFunctions.Http.Problem.Conflict("It is sent.").ToResult(),
        _ => MailFunctions.Http.Problem.StorageUnavailable(TimeSpan.FromSeconds(5)).ToResult(),
    };

    private static string Said(JsonElement entry) => $"{entry.GetProperty("result").GetString()} {entry.GetProperty("error").GetString()}";
}
