using CsCheck;
using MailFunctions.Smtp.Rates;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp.Rates;

public sealed class BeginGateTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1.05);

    [Fact]
    public async Task The_limit_holds_in_every_window_however_mails_were_delayed() =>
        await Gen.Select(Gen.Int[1, 8], Gen.Int[0, 2_500].Array[1, 40]).SampleAsync(
            async (count, pauses) =>
            {
                var clock = new FakeTimeProvider();
                var gate = new BeginGate(count, Window, clock);
                var begun = new List<DateTimeOffset>();
                var waiting = new List<Task>();
                foreach (var pause in pauses)
                {
                    // Held back for a while, then everybody at once.
                    clock.Advance(TimeSpan.FromMilliseconds(pause));
                    for (var i = 0; i < 3; i++)
                        waiting.Add(BeginAsync());
                }

                while (!Task.WhenAll(waiting).IsCompleted)
                    clock.Advance(TimeSpan.FromMilliseconds(10));
                await Task.WhenAll(waiting);

                Assert.Equal(pauses.Length * 3, begun.Count);
                Assert.All(begun, from => Assert.True(begun.Count(at => at >= from && at < from + Window) <= count));

                async Task BeginAsync()
                {
                    await gate.PassAsync();
                    lock (begun)
                        begun.Add(clock.GetUtcNow());
                }
            },
            iter: 100,
            threads: 1);
}
