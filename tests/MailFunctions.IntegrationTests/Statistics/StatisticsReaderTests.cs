using System.Text.Json;
using MailFunctions.Http;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class StatisticsReaderTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = StatisticsWorld.Start;

    [Fact]
    public async Task The_last_hour_is_answered_by_the_minute_the_empty_ones_included()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now.AddMinutes(-2));
        world.Send(Now);
        await world.CompileAsync();

        var answer = await ReadAsync(world, "");

        Assert.Equal(("minute", "total", MinutePartition.MinuteOf(Now)), (answer.Granularity, answer.Dimension, answer.CompiledUntil));
        Assert.Equal(60, answer.Buckets.Count);
        Assert.Equal([57, 59], answer.Buckets.Index().Where(pair => pair.Item.Values.Count > 0).Select(pair => pair.Index));
        Assert.Equal(2, answer.Totals.Single().Sent);
        Assert.Equal("total", answer.Totals.Single().Value);
    }

    [Fact]
    public async Task The_fifty_busiest_domains_of_the_range_are_listed_and_the_rest_summed()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        for (var i = 0; i < 60; i++) world.Send(Now, $"d{i:00}.example");
        for (var i = 55; i < 60; i++) world.Send(Now.AddMinutes(-1), $"d{i:00}.example");
        await world.CompileAsync();

        var answer = await ReadAsync(world, "?dimension=domain&from=2026-11-23T10:41:00Z");

        Assert.Equal(
            [.. Enumerable.Range(55, 5).Concat(Enumerable.Range(0, 45)).Select(i => $"d{i:00}.example"), "(other)"],
            answer.Totals.Select(value => value.Value));
        Assert.Equal(10, answer.Totals[^1].Accepted);
        Assert.Equal([5, 51], answer.Buckets.Select(bucket => bucket.Values.Count));
        Assert.Equal(65, answer.Buckets.Sum(bucket => bucket.Values.Sum(value => value.Sent)));
    }

    [Theory]
    [InlineData("?granularity=hour&dimension=lane", 24, "transactional,bulk")]
    [InlineData("?granularity=day&dimension=relay", 30, "main")]
    public async Task Hours_and_days_are_answered_the_same_way(string question, int buckets, string values)
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now);
        world.Send(Now);
        world.Send(Now, "b.example", Lane.Bulk);
        await world.CompileAsync();

        var answer = await ReadAsync(world, question);

        Assert.Equal(buckets, answer.Buckets.Count);
        Assert.Equal(values.Split(','), answer.Totals.Select(value => value.Value));
        Assert.Equal(3, answer.Buckets[^1].Values.Sum(value => value.Sent));
    }

    [Fact]
    public async Task Before_the_first_run_the_answer_is_empty_and_says_so()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);

        var answer = await ReadAsync(world, "");

        Assert.Null(answer.CompiledUntil);
        Assert.Empty(answer.Totals);
        Assert.All(answer.Buckets, bucket => Assert.Empty(bucket.Values));
        Assert.Equal(60, JsonSerializer.SerializeToElement(answer, ContractsJson.Default.StatisticsAnswer).GetProperty("buckets").GetArrayLength());
    }

    [Fact]
    public async Task An_invalid_query_returns_its_errors_without_an_answer()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        var context = new DefaultHttpContext();
        context.Request.QueryString = new("?from=x&dimension=y");

        var result = await world.Reader.ReadAsync(context.Request, TestContext.Current.CancellationToken);

        Assert.Equal(["dimension", "from"], Assert.IsType<ProblemResult>(result).Problem.Errors.Select(error => error.Parameter));
    }

    private static async Task<StatisticsAnswer> ReadAsync(StatisticsWorld world, string question)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new(question);
        var result = await world.Reader.ReadAsync(context.Request, TestContext.Current.CancellationToken);
        return Assert.IsType<JsonResult<StatisticsAnswer>>(result).Value;
    }
}
