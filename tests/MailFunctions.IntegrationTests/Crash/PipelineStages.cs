using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The stages of a mail's way, each prepared, disturbed for one step, and then brought to the end.</summary>
internal static class PipelineStages
{
    /// <summary>Runs the step that is disturbed.</summary>
    public delegate Task Disturb(Func<Task> step);

    public static IReadOnlyDictionary<string, Func<PipelineScene, Disturb, Task>> All { get; } = new Dictionary<string, Func<PipelineScene, Disturb, Task>>
    {
        ["accept"] = AcceptAsync,
        ["attempt"] = (scene, disturb) => AttemptAsync(scene, disturb, Lane.Transactional),
        ["attempt whose lease is renewed"] = RenewAsync,
        ["attempt whose outcome nobody knows"] = LoseReplyAsync,
        ["attempt of a lost worker"] = AbandonAsync,
        ["deferral to a hidden message"] = DeferAsync,
        ["deferral to the schedule"] = (scene, disturb) => ScheduleAsync(scene, deferral: disturb, dispatch: step => step()),
        ["dispatch"] = (scene, disturb) => ScheduleAsync(scene, deferral: step => step(), dispatch: disturb),
        ["poison"] = (scene, disturb) => PoisonAsync(scene, disturb, faultsBefore: 0),
        ["poison that makes dead"] = (scene, disturb) => PoisonAsync(scene, disturb, ProcessingFailures.UntilDead - 1),
        ["compile"] = CompileAsync,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task AcceptAsync(PipelineScene scene, Disturb disturb)
    {
        var content = Convert.ToBase64String(new byte[40_000]);
        await disturb(() => scene.SubmitAsync(TestApp.Mail(
            more: $$""","html":"{{new string('x', 40_000)}}","attachments":[{"filename":"a.bin","content":"{{content}}"}]""")));
        await scene.DeliverToTheEndAsync(Lane.Transactional);
    }

    private static async Task AttemptAsync(PipelineScene scene, Disturb disturb, Lane lane)
    {
        await scene.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com", lane.Name()));
        await disturb(() => scene.DeliverAsync(lane));
        await scene.DeliverToTheEndAsync(lane);
    }

    /// <summary>The reply to the content comes when the lease has been renewed.</summary>
    private static Task RenewAsync(PipelineScene scene, Disturb disturb)
    {
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null;
        return AttemptAsync(
            scene,
            step => disturb(async () =>
            {
                var attempt = step();
                await Eventually.ComesAsync(
                    scene.Storage.Answers.WaitForAsync(answer => answer.IsSuccess && Writes.IsRenewal(answer.Request), Cancellation), "a renewal");
                scene.Relay.Script = _ => null;
                scene.Relay.Release();
                await attempt;
            }),
            Lane.Transactional);
    }

    private static Task LoseReplyAsync(PipelineScene scene, Disturb disturb)
    {
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Close.Stored() : null;
        return AttemptAsync(scene, disturb, Lane.Bulk);
    }

    /// <summary>The mail stands as a worker left it that died after its claim.</summary>
    private static async Task AbandonAsync(PipelineScene scene, Disturb disturb)
    {
        await scene.SubmitAsync(TestApp.Mail(lane: "bulk"));
        await scene.ChangeAsync(row =>
        {
            var key = EventKey.OfAttempt(row.Id, 1, row.AcceptedAt);
            return row with
            {
                State = EmailState.Sending,
                Attempt = 1,
                EventMinutes = [key.PartitionKey],
                Claim = new Claim("lost", row.AcceptedAt, key, "relay"),
            };
        });
        await disturb(() => scene.DeliverAsync(Lane.Bulk));
        await scene.DeliverToTheEndAsync(Lane.Bulk);
    }

    private static async Task DeferAsync(PipelineScene scene, Disturb disturb)
    {
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1, LocalPart: "bob" } ? SmtpAction.Reply("451 4.3.0 Not now") : null;
        await AttemptAsync(scene, disturb, Lane.Transactional);
    }

    private static async Task ScheduleAsync(PipelineScene scene, Disturb deferral, Disturb dispatch)
    {
        // The relay's own words make it wait for longer than a hidden message does.
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Reply("451 4.7.1 Try again in 10 minutes") : null;
        await scene.SubmitAsync(TestApp.Mail());
        await deferral(() => scene.DeliverAsync(Lane.Transactional));
        await TimeTravel.MakeDueAsync(scene.Behind, scene.Id, Cancellation);
        await dispatch(() => scene.Pipeline.Get<Dispatcher>().RunAsync(Cancellation));
        await scene.DeliverToTheEndAsync(Lane.Transactional);
    }

    private static async Task PoisonAsync(PipelineScene scene, Disturb disturb, int faultsBefore)
    {
        await scene.SubmitAsync(TestApp.Mail());
        if (faultsBefore > 0)
            await scene.ChangeAsync(row => row with { Faults = faultsBefore });
        var poison = await scene.TakeAsync(StorageNames.TransactionalQueue);
        await disturb(() => scene.Pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Transactional, poison, Cancellation));
        await scene.DeleteAsync(StorageNames.TransactionalQueue, poison);

        if ((await scene.RowAsync()).State.IsOpen())
        {
            // What waits for half a minute is hidden on the queue; the mail is made due, and a message put that shows at once.
            Assert.InRange(await scene.Pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation), 1, 2);
            await TimeTravel.MakeDueAsync(scene.Behind, scene.Id, Cancellation);
            await new LaneQueues(scene.Behind).PutAsync(Lane.Transactional, [new NamedAttempt(scene.Id, 1)], TimeSpan.Zero, Cancellation);
        }

        await scene.DeliverToTheEndAsync(Lane.Transactional);
    }

    private static async Task CompileAsync(PipelineScene scene, Disturb disturb)
    {
        await scene.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com"));
        await scene.DeliverToTheEndAsync(Lane.Transactional);
        await disturb(() => scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation));
    }
}
