using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Suppression;

/// <summary>The list is as long as it may be, and no caller makes it longer.</summary>
public sealed class SuppressionCapacityTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Imports_are_refused_beyond_their_bound_and_single_entries_beyond_a_higher_one()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithService(new SuppressionBounds(Import: 20, Single: 22)).StartAsync();
        Assert.Equal(20, await pipeline.ImportAsync(Addresses(20)));

        var (status, body) = await pipeline.CallAsync((calls, request) => calls.ImportAsync(request, Caller.Operator, Cancellation), Import(Addresses(21)));
        Assert.Equal((StatusCodes.Status422UnprocessableEntity, "/suppressions"), (status, body.GetProperty("errors")[0].GetProperty("pointer").GetString()));
        Assert.Contains("about 20 addresses", body.GetProperty("detail").GetString(), StringComparison.Ordinal);

        await pipeline.SuppressAsync("one@example.org");
        await pipeline.SuppressAsync("two@example.org");
        (status, body) = await pipeline.CallAsync((calls, request) => calls.PutAsync("three@example.org", request, Caller.Operator, Cancellation));
        Assert.Equal((StatusCodes.Status422UnprocessableEntity, "address"), (status, body.GetProperty("errors")[0].GetProperty("parameter").GetString()));

        // What is there is replaced, and what is deleted makes room.
        await pipeline.SuppressAsync("two@example.org", """{"scope":"bulk"}""");
        Assert.Equal(StatusCodes.Status204NoContent, await pipeline.AllowAsync("two@example.org"));
        Assert.True(await pipeline.Get<SuppressionTable>().CountAsync(new(UInt128.MinValue), new(UInt128.MaxValue), 100, Cancellation) == 21);
    }

    [Fact]
    public async Task Addresses_imported_repeatedly_count_once_toward_the_capacity()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithService(new SuppressionBounds(Import: 50, Single: 60)).StartAsync();
        var clock = new FakeTimeProvider();
        using var room = new SuppressionCapacity(pipeline.Get<SuppressionTable>(), new SuppressionBounds(50, 60), clock);

        for (var i = 0; i < 10; i++)
        {
            Assert.True(await room.TakeAsync(20, 50, Cancellation));
            await pipeline.Get<SuppressionWriter>().PutAsync(
                Addresses(20).Select(address => new SuppressionEntry(address, SuppressionReason.Bounce, SuppressionScope.All, clock.GetUtcNow(), null, null)), Cancellation);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.False(await room.TakeAsync(31, 50, Cancellation));
    }

    [Fact]
    public async Task A_long_list_is_counted_by_a_part_of_it()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        await pipeline.ImportAsync(Addresses(8_000));

        // A sixteenth of the keys each time: 500 of 8,000 rows, give or take 22.
        using var room = new SuppressionCapacity(pipeline.Get<SuppressionTable>(), new SuppressionBounds(Import: 32_000, Single: 48_000), TimeProvider.System);
        for (var i = 0; i < 5; i++)
            Assert.InRange(await room.EstimateAsync(Cancellation), 8_000 * 0.7, 8_000 * 1.3);
    }

    private static IEnumerable<string> Addresses(int count) => Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"r{i}@example.com"));

    private static string Import(IEnumerable<string> addresses) => JsonSerializer.Serialize(new { suppressions = addresses.Select(address => new { address }) });
}
