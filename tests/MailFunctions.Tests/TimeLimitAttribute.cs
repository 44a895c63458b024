using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using MailFunctions.Tests;
using Xunit.v3;

[assembly: TimeLimit("00:20:00")]

namespace MailFunctions.Tests;

/// <summary>
/// Fails every test that takes longer: its cancellation token is canceled, so that a test that hangs names itself instead of
/// holding up the run. It is no measure of anything: a busy machine does not come near it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class TimeLimitAttribute(string limit) : BeforeAfterTestAttribute
{
    private readonly TimeSpan _limit = TimeSpan.ParseExact(limit, "c", CultureInfo.InvariantCulture);
    private readonly ConcurrentDictionary<string, (ITimer Timer, long Began)> _running = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var context = TestContext.Current;
        _running[test.UniqueID] = (TimeProvider.System.CreateTimer(_ => context.CancelCurrentTest(), null, _limit, Timeout.InfiniteTimeSpan), TimeProvider.System.GetTimestamp());
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (!_running.TryRemove(test.UniqueID, out var run))
            return;
        run.Timer.Dispose();
        if (TimeProvider.System.GetElapsedTime(run.Began) >= _limit)
            Assert.Fail($"{test.TestDisplayName} took longer than {_limit}.");
    }
}
