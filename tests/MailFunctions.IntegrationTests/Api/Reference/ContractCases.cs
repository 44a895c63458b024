using System.Text.Json;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>What has to have happened before an example can be answered as it says.</summary>
internal static class ContractCases
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <returns>The call, with the ids of what has happened.</returns>
    public static async Task<ContractCall> ArrangeAsync(ContractScene scene, ContractCall call, string name)
    {
        switch (call.Operation.Id, name)
        {
            case ("submitEmail", "template"):
            case ("readTemplate" or "listTemplates" or "renderTemplate" or "deleteTemplate", _):
            case ("putTemplate", "replaced"):
                await scene.RequireAsync(HttpMethod.Put, "/templates/welcome", Template(withText: call.Operation.Id == "renderTemplate"), 201);
                return call;
            case ("submitEmail", "200"):
                return call.With("Prefer", "wait=10").WithExample(call.Operation.RequestExamples["simple"], scene.Pipeline.Get<TimeProvider>().GetUtcNow());
            case ("submitEmail", "file"):
                await scene.Pipeline.Storage.Container(ContractScene.Files).GetBlobClient("reports/june.pdf").UploadAsync(new BinaryData("june"), Cancellation);
                return call;
            case ("submitBatch", "permissive"):
                return call.With("x-batch-validation", "permissive");
            case ("listEmails", _):
                await scene.MailAsync(EmailState.Failed);
                return call;
            case ("requeueEmails" or "discardEmails", _):
                await scene.MailAsync(EmailState.Dead);
                return call;
            case ("readEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Sent));
            case ("explainEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Deferred));
            case ("rescheduleEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Scheduled));
            case ("cancelEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Queued));
            case ("resolveEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Uncertain));
            case ("requeueEmail" or "discardEmail", _):
                return call.With("id", await scene.MailAsync(EmailState.Dead));
            case ("readBatch" or "cancelBatch", _):
                return call.With("id", await HalfSentAsync(scene));
            case ("listDeadLetters" or "deleteDeadLetter", _):
                return call.With("id", await DeadLetterAsync(scene));
            case ("readSuppression" or "listSuppressions" or "deleteSuppression", _):
                await scene.RequireAsync(HttpMethod.Put, "/suppressions/ada%40example.com", """{"reason":"unsubscribe","topic":"newsletter"}""", 200);
                return call;
            case ("listKeys", _):
                await KeyAsync(scene);
                return call;
            case ("readKey" or "changeKey" or "revokeKey", _):
                return call.With("id", await KeyAsync(scene));
            case ("listPauses" or "deletePause" or "listAudit" or "exportAudit", _):
                await scene.RequireAsync(HttpMethod.Put, "/pauses/lane/bulk", """{"reason":"The newsletter links to the wrong shop"}""", 200);
                return call;
            case ("readStatistics", _):
                return await CompiledAsync(scene, call);
            case ("readHealth", "unhealthy") or ("headHealth" or "unsubscribe", "503"):
                scene.Outage = true;
                return call;
            case ("readOpenApi" or "showDocs", "304"):
                return call.With("If-None-Match", (await call.SendAsync(scene.Client, Cancellation)).Headers["ETag"]);
            default:
                return call;
        }
    }

    /// <returns>The id.</returns>
    private static async Task<string> KeyAsync(ContractScene scene) => JsonElement.Parse(await scene.RequireAsync(
        HttpMethod.Post, "/keys",
        $$"""{"name":"shop","rights":["send","read_own"],"senders":["example.com"],"lanes":["transactional"],"expires_at":"{{scene.Pipeline.Get<TimeProvider>().GetUtcNow().AddDays(1):O}}"}""",
        201)).GetProperty("id").GetString()!;

    private static string Template(bool withText) =>
        $$$"""{"subject":"Welcome, {{ name }}","html":"<p>Hello {{ name }},</p>"{{{(withText ? ",\"text\":\"Hello {{ name }},\"" : "")}}}}""";

    /// <summary>A batch of two, the first sent and the second not.</summary>
    private static async Task<string> HalfSentAsync(ContractScene scene)
    {
        var accepted = await scene.RequireAsync(
            HttpMethod.Post, "/emails/batch",
            """{"defaults":{"from":"me@example.com","subject":"June","text":"Hello."},"emails":[{"to":"ada@example.net"},{"to":"bob@example.net","lane":"bulk"}]}""",
            202);
        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        return JsonElement.Parse(accepted).GetProperty("id").GetString()!;
    }

    private static async Task<string> DeadLetterAsync(ContractScene scene)
    {
        var queue = scene.Pipeline.Storage.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix);
        await queue.SendMessageAsync("who wrote this?", Cancellation);
        var message = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;
        await scene.Pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, Cancellation);
        return message.MessageId;
    }

    /// <summary>A minute with one mail in it.</summary>
    private static async Task<ContractCall> CompiledAsync(ContractScene scene, ContractCall call)
    {
        var id = EmailId.Parse(await scene.MailAsync(EmailState.Sent));
        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var minute = MinutePartition.MinuteOf(id.MintedAt);
        return call.With("from", minute.ToString("O")).With("to", minute.AddMinutes(1).ToString("O"));
    }
}
