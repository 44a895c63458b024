using System.Diagnostics;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.LocalHost;

/// <summary>Awaits a condition that another process, or another thread, brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = Hang.After;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Patience, $"After {Patience.TotalSeconds} s there was still not: {what}");
            await Task.Delay(LookAgain, TestContext.Current.CancellationToken);
        }
    }
}
