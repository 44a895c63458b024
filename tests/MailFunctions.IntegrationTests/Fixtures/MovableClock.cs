namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Goes on as clocks do, from whatever moment a test puts it to: years pass at once, and what waits for a second waits a second.</summary>
internal sealed class MovableClock : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    public void MoveTo(DateTimeOffset time) => _ahead = time - System.GetUtcNow();

    public void Advance(TimeSpan by) => _ahead += by;
}
