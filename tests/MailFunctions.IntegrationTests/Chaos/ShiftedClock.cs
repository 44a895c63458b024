namespace MailFunctions.IntegrationTests.Chaos;

/// <summary>The clock of a machine that is wrong by so much. Its timers run as they should.</summary>
internal sealed class ShiftedClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
