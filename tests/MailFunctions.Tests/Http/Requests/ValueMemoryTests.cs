using System.Text;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;

namespace MailFunctions.Tests.Http.Requests;

/// <summary>A value of two characters becomes an object of many bytes: what counts is what it costs.</summary>
public sealed class ValueMemoryTests
{
    private static readonly byte[] Many = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("0", EmailLimits.BatchJsonValues - 1))}]");

    [Fact]
    public void Values_take_at_least_what_they_cost_of_the_memory_for_all()
    {
        var memory = new RequestMemory(1L << 40);
        using var held = new HeldMemory(memory);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var root = RequestOutline.Parse(Many, new ErrorList(), EmailLimits.BatchJsonValues, memory: held).Value!;
        var cost = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(EmailLimits.BatchJsonValues - 1, root.Items.Count);
        Assert.InRange((1L << 40) - memory.Free, cost * 3 / 4, cost * 3);
    }

    [Fact]
    public void Values_that_do_not_fit_into_memory_are_refused_as_server_busy()
    {
        var memory = new RequestMemory(10 * 1024 * 1024);
        using var held = new HeldMemory(memory);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refused = RequestOutline.Parse(Many, new ErrorList(), EmailLimits.BatchJsonValues, memory: held);

        Assert.Equal(ProblemName.ServerBusy, refused.Problem!.Name);
        Assert.True(refused.Problem.RetryAfter > TimeSpan.Zero);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * 1024 * 1024);
    }
}
