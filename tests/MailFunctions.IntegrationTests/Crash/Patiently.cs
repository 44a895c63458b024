using System.Diagnostics;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Awaits what the app brings about by itself, and tells what was missing when it does not come.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Patience = Hang.After;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <param name="missing">What is still missing; null when nothing is.</param>
    /// <param name="tell">What there is instead, for the failure.</param>
    public static async Task UntilNothingIsMissingAsync(Func<Task<string?>> missing, Func<Task<string>> tell)
    {
        var watch = Stopwatch.StartNew();
        while (await missing() is { } what)
        {
            if (watch.Elapsed > Patience)
                Assert.Fail($"After {Patience.TotalSeconds} s: {what}\n{await tell()}");
            await Task.Delay(LookAgain, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for what a journal is to say.</summary>
    public static async Task<T> AwaitAsync<T>(Task<T> coming, string what)
    {
        try
        {
            return await coming.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"After {Patience.TotalSeconds} s there is not yet {what}.");
            throw;
        }
    }
}
