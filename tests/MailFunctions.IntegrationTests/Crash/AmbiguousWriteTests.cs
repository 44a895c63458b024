using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// Rule 6: a write is done, its answer is lost, and the storage client tries it again. Each stage is run once undisturbed
/// and then once for each of its writes; whatever anybody can see afterwards is the same.
/// </summary>
public sealed class AmbiguousWriteTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private const int AtOnce = 4;

    /// <summary>Each stage, and what it comes to.</summary>
    public static TheoryData<string, string> Stages => new()
    {
        { "accept", "sent after [sent: ada=sent], 0 faults, now ada=sent, received for ada" },
        { "attempt", "sent after [sent: ada=sent bob=sent], 0 faults, now ada=sent bob=sent, received for ada+bob" },
        { "attempt whose lease is renewed", "sent after [sent: ada=sent bob=sent], 0 faults, now ada=sent bob=sent, received for ada+bob" },
        { "attempt whose outcome nobody knows", "uncertain after [uncertain: ada=uncertain bob=uncertain], 0 faults, now ada=uncertain bob=uncertain, received for ada+bob" },
        { "attempt of a lost worker", "uncertain after [uncertain: ada=uncertain], 0 faults, now ada=uncertain, received for nobody" },
        { "deferral to a hidden message", "sent after [deferred: ada=sent bob=deferred] [sent: bob=sent], 0 faults, now ada=sent bob=sent, received for ada and bob" },
        { "deferral to the schedule", "sent after [deferred: ada=deferred] [sent: ada=sent], 0 faults, now ada=sent, received for ada" },
        { "dispatch", "sent after [deferred: ada=deferred] [sent: ada=sent], 0 faults, now ada=sent, received for ada" },
        { "poison", "sent after [sent: ada=sent], 1 faults, now ada=sent, received for ada" },
        { "poison that makes dead", "dead after , 5 faults, now ada=pending, received for nobody" },
        { "compile", "sent after [sent: ada=sent bob=sent], 0 faults, now ada=sent bob=sent, received for ada+bob" },
    };

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task A_write_whose_answer_is_lost_changes_nothing(string stage, string outcome)
    {
        var undisturbed = await RunAsync(stage, lost: 0);
        output.WriteLine($"{stage}: {string.Join(", ", undisturbed.Writes)}");
        Assert.NotEmpty(undisturbed.Writes);
        Assert.Equal($"{outcome}, statistics agree", undisturbed.Outcome.Replace("@example.com", "", StringComparison.Ordinal));

        await Parallel.ForEachAsync(
            Enumerable.Range(1, undisturbed.Writes.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
            async (lost, _) =>
            {
                var disturbed = await RunAsync(stage, lost);
                Assert.True(
                    disturbed.Outcome == undisturbed.Outcome,
                    $"When the answer to write {lost} ({undisturbed.Writes[lost - 1]}) is lost:\n{disturbed.Outcome}\ninstead of\n{undisturbed.Outcome}\nwrites: {string.Join(", ", disturbed.Writes)}");
                // A compile writes more the more minutes it meets: a run that was quicker may have no such write.
                Assert.True(disturbed.WasLost || (lost > 1 && disturbed.Writes.Count < lost), $"Write {lost} was not lost: {string.Join(", ", disturbed.Writes)}");
            });
    }

    /// <param name="lost">The number of the write whose answer is lost; 0 for none.</param>
    private async Task<Run> RunAsync(string stage, int lost)
    {
        await using var scene = await PipelineScene.StartAsync(azurite);
        var armed = 0;
        var seen = 0;
        var wasLost = 0;
        scene.Storage.Faults = request =>
        {
            if (Volatile.Read(ref armed) == 0 || !request.IsWrite || Interlocked.Increment(ref seen) != lost)
                return StorageFault.None;
            Volatile.Write(ref wasLost, 1);
            return StorageFault.LoseAnswer;
        };

        var before = 0;
        var writes = new List<string>();
        await PipelineStages.All[stage](scene, async step =>
        {
            before = scene.Storage.Writes.Count;
            Volatile.Write(ref armed, 1);
            await step();
            Volatile.Write(ref armed, 0);
            writes.AddRange(scene.Storage.Writes.Skip(before));
        });
        return new Run(await scene.DescribeAsync(), writes, wasLost == 1);
    }

    private sealed record Run(string Outcome, IReadOnlyList<string> Writes, bool WasLost);
}
