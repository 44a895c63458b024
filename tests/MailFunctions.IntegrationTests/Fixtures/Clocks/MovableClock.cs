namespace MailFunctions.IntegrationTests.Fixtures.Clocks;

/// <summary>
/// Runs as the system's clock does, ahead of it by as much as a test says: years pass at once, and what waits for a second
/// waits a second. Where nothing has to wait, a FakeTimeProvider does.
/// </summary>
internal sealed class MovableClock(TimeSpan ahead = default) : TimeProvider
{
    private TimeSpan _ahead = ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void MoveTo(DateTimeOffset time) => _ahead = time - System.GetUtcNow();

    public void Advance(TimeSpan by) => _ahead += by;
}
