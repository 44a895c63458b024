namespace MailFunctions.LocalHost.Queues;

/// <summary>
/// The pause after a poll that found no message: 100 ms, then 100 ms and a share that doubles, varied by a fifth either
/// way, until the longest pause is reached; a message that is found resets it.
/// </summary>
/// <param name="random">Returns 0 to 1.</param>
internal sealed class PollingBackOff(TimeSpan longest, Func<double> random)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private const double Variation = 0.2;

    private TimeSpan _current;
    private int _exponent;

    public TimeSpan Next(bool foundSinceLast)
    {
        if (foundSinceLast)
        {
            _current = Shortest;
            _exponent = 1;
        }
        else if (_current != longest)
        {
            var next = Shortest;
            if (_exponent > 0)
                next += Shortest * (Math.Pow(2, _exponent - 1) * (1 - Variation + 2 * Variation * random()));
            if (next < longest)
                _exponent++;
            _current = next < longest ? next : longest;
        }

        return _current;
    }
}
