using MailFunctions.Intake;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Options;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>Mails that are posted at the same time, however slow the machine is: the first is held until all others have met.</summary>
internal static class HeldPosts
{
    public const int Many = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="between">Runs with what the queue messages of the others name, before any row of theirs is written.</param>
    public static async Task<EmailId[]> TogetherAsync(
        TestApp pipeline, StorageProxy proxy, Func<int, string> mailOf, Func<IReadOnlyList<NamedAttempt>, Task>? between = null, int many = Many)
    {
        var options = pipeline.Get<IOptions<GroupCommitOptions>>().Value;
        (options.MaxMails, options.LongestWait) = (many - 1, TimeSpan.FromHours(1));
        var before = proxy.Requests.Count;
        var isFirst = 0;
        proxy.Faults = request => IsAccept(request) && Interlocked.Increment(ref isFirst) <= 2 ? StorageFault.HoldBefore : StorageFault.None;
        var first = pipeline.SubmitAsync(mailOf(0), Cancellation);
        await proxy.Held.WaitForAsync(IsAccept, Cancellation);
        var others = Enumerable.Range(1, many - 1).Select(i => pipeline.SubmitAsync(mailOf(i), Cancellation)).ToList();
        await proxy.Held.WaitForAsync(request => request.Verb == "batch", Cancellation);
        if (between is not null)
            await between([.. proxy.Requests.Skip(before).Where(IsPut).Skip(1).SelectMany(Writes.NamedIn)]);

        proxy.Faults = _ => StorageFault.None;
        proxy.Release();
        return await Task.WhenAll([first, .. others]);
    }

    public static bool IsAccept(StorageRequest request) => Writes.IsAccept(request) || request is { Name: StorageNames.EmailsTable, Verb: "batch", Parts: ["insert", ..] };

    public static bool IsPut(StorageRequest request) => request is { Service: StorageService.Queue, Verb: "put" };
}
