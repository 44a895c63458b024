using System.CommandLine;
using System.Text.Json;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>
/// The command <c>sender</c>, which <c>compare</c> starts for itself: a process that sends as it is told, a line of JSON a
/// job, and answers each with a line. It ends with its input.
/// </summary>
internal static class SenderCommand
{
    public const string Name = "sender";

    public const string Pipeline = "pipeline";

    public const string SignedPipeline = "pipeline-signed";

    private static readonly Argument<string> Way = new("way");

    private static readonly Dictionary<string, ISender> Senders = new()
    {
        [Pipeline] = new PipelineSender(),
        [SignedPipeline] = new PipelineSender(signs: true),
        ["mailkit"] = new MailKitSender(reuses: true),
        ["mailkit-connect"] = new MailKitSender(reuses: false),
    };

    public static Command Create()
    {
        var command = new Command(Name) { Way };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => RunAsync(Senders[parsed.GetValue(Way)!], cancellationToken));
        return command;
    }

    private static async Task RunAsync(ISender sender, CancellationToken cancellationToken)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            var job = JsonSerializer.Deserialize<SendJob>(line, JsonSerializerOptions.Web)!;
            GC.Collect();
            var cpu = Environment.CpuUsage.TotalTime;
            var began = TimeProvider.System.GetTimestamp();
            await sender.SendAsync(job);
            var run = new SendRun(TimeProvider.System.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            Console.WriteLine(JsonSerializer.Serialize(run, JsonSerializerOptions.Web));
        }
    }
}
