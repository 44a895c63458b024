namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Awaits what another thread, another process or time brings about, and says what there is instead when it does not come.</summary>
internal static class Eventually
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    public static Task TrueAsync(Func<Task<bool>> condition, string what) =>
        NothingIsMissingAsync(async () => await condition() ? null : $"There is not yet {what}.");

    /// <summary>Looks until there is something to return.</summary>
    public static async Task<T> FoundAsync<T>(Func<Task<T?>> find, string what, Func<Task<string>>? describe = null)
        where T : class
    {
        T? found = null;
        await NothingIsMissingAsync(async () => (found = await find()) is null ? $"There is not yet {what}." : null, describe);
        return found!;
    }

    /// <param name="missing">What is still missing, or null.</param>
    /// <param name="describe">What there is besides, for the failure.</param>
    public static async Task NothingIsMissingAsync(Func<Task<string?>> missing, Func<Task<string>>? describe = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var pause = FirstPause; await missing() is { } what; pause = pause < LongestPause ? 2 * pause : pause)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Hang.After)
                Assert.Fail($"After {Hang.After.TotalMinutes} minutes: {what}\n{(describe is null ? "" : await describe())}");
            await Task.Delay(pause, Cancellation);
        }
    }

    /// <summary>Waits for a task that another completes, such as one of a journal.</summary>
    public static async Task<T> ComesAsync<T>(Task<T> coming, string what)
    {
        try
        {
            return await coming.WaitAsync(Hang.After, Cancellation);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"After {Hang.After.TotalMinutes} minutes there is not yet {what}.");
            throw;
        }
    }
}
