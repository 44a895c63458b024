namespace MailFunctions.Simulation.Outside;

/// <summary>What becomes of one request to storage.</summary>
/// <param name="There">How long it is on its way; then it is carried out.</param>
/// <param name="Back">How long its answer is on its way.</param>
/// <param name="Refusal">0, or the status with which the service refuses it.</param>
/// <param name="IsLost">The connection breaks before the answer is read.</param>
internal readonly record struct StorageFate(TimeSpan There, TimeSpan Back, int Refusal = 0, bool IsLost = false)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    /// <summary>Longer than the client waits for an answer.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    /// <param name="faults">Of a thousand requests, how many meet a fault.</param>
    public static StorageFate Draw(Scheduling.World world, int faults)
    {
        var fate = new StorageFate(world.Draw(Usual, Slow), world.Draw(Usual, Slow));
        if (world.Chance.Next(1000) >= faults)
            return fate;
        return world.Chance.Next(5) switch
        {
            0 => fate with { Refusal = 503 },
            1 => fate with { Refusal = 500 },
            2 => fate with { IsLost = true },
            3 => fate with { There = Late },
            _ => fate with { Back = Late },
        };
    }
}
